import type { Asset } from "@/kernel/values/money";
import { Fact } from "@/ui/card";
import { duration, scaled, whole } from "@/ui/format";
import { Money } from "@/ui/money";
import { Bytes, Flops } from "@/ui/quantity";
import { ENGINE_TITLES } from "@/ui/training-words";
import type { Quote } from "./draft";

/** What the job costs, how long it takes and who would run it, worked out from the graph itself. */
export function QuoteFacts({ quote, asset, stale }: { quote: Quote; asset: Asset; stale: boolean }) {
  const { price } = quote;
  return (
    <div className={stale ? "opacity-60" : undefined}>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3.5">
        <Fact label="Likely price, all of it" note={<PriceRange quote={quote} asset={asset} />} large wide>
          {price === null ? "–" : <Money amountMicros={price.likelyMicros} asset={asset} />}
        </Fact>
        <Fact label="Time" note="on the fastest free machine">
          {quote.etaSeconds === null ? "–" : `≈ ${duration(quote.etaSeconds * 1000)}`}
        </Fact>
        <OtherEngine other={quote.otherEngine} asset={asset} />
        <Fact label="Machines" note={`of ${quote.onlineMachines} online`}>
          {quote.qualifyingMachines} can run it
        </Fact>
        <Fact label="Arithmetic" note="training and evaluation">
          <Flops flops={quote.flopsTotal} />
        </Fact>
        <Fact label="Peak memory">
          <Bytes bytes={quote.peakMemoryBytes} />
        </Fact>
        <Fact label="Trained parameters">
          <span title={whole(quote.report.parameterCount)}>{scaled(quote.report.parameterCount, "").trim()}</span>
        </Fact>
        <Fact label="Steps" note={`${whole(quote.segmentCount)} segments of ${whole(quote.training.stepsPerSegment)}`}>
          {whole(quote.training.totalSteps)}
        </Fact>
      </dl>
      {quote.exclusions.length === 0 ? null : (
        <div className="mt-3.5 border-t pt-3">
          <h3 className="text-xs text-ink-faint">Left out</h3>
          <ul className="mt-0.5 text-sm">
            {quote.exclusions.map((exclusion) => (
              <li key={exclusion.reason} className="flex justify-between gap-3">
                <span>{exclusion.reason}</span>
                <span className="text-ink-faint">{exclusion.count}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** Price and time of the same job under the engine that is not chosen, so that the choice has its price in sight. */
function OtherEngine({ other, asset }: { other: Quote["otherEngine"]; asset: Asset }) {
  const { engine, price, etaSeconds, qualifyingMachines, refusal } = other;
  return (
    <Fact label={`With the ${ENGINE_TITLES[engine].toLowerCase()} engine`} note={refusal ?? undefined} wide>
      {price === null ? "–" : <Money amountMicros={price.likelyMicros} asset={asset} />}
      {etaSeconds === null ? null : `, ≈ ${duration(etaSeconds * 1000)}`}
      {refusal === null
        ? `, on ${whole(qualifyingMachines)} ${qualifyingMachines === 1 ? "machine" : "machines"}`
        : null}
    </Fact>
  );
}

function PriceRange({ quote: { price, segmentCount }, asset }: { quote: Quote; asset: Asset }) {
  if (price === null) return "no machine can run this right now";
  return (
    <>
      from <Money amountMicros={price.lowMicros} asset={asset} /> to{" "}
      <Money amountMicros={price.highMicros} asset={asset} />, paid in {whole(segmentCount)} segments
    </>
  );
}
