import { Card, FactRow } from "@/ui/card";
import { Money } from "@/ui/money";
import type { Job } from "./types";

/** Where every cent of the limit is right now. */
export function MoneyCard({ job }: { job: Job }) {
  const { asset, limitMicros, postedMicros, heldMicros, returnedMicros } = job.money;
  const share = (amount: bigint): string =>
    limitMicros === 0n ? "0%" : `${Number((amount * 10_000n) / limitMicros) / 100}%`;
  return (
    <Card title="Money">
      <div className="mb-2 flex h-2 overflow-hidden rounded-sm border border-line-strong bg-sunken" aria-hidden="true">
        <span className="bg-proof" style={{ width: share(postedMicros) }} />
        <span className="hatched" style={{ width: share(heldMicros) }} />
      </div>
      <dl className="divide-y">
        <FactRow label="Posted, for verified work">
          <Money asset={asset} amountMicros={postedMicros} />
        </FactRow>
        <FactRow label="Held">
          <Money asset={asset} amountMicros={heldMicros} />
        </FactRow>
        {job.endedAt === null ? null : (
          <FactRow label="Returned">
            <Money asset={asset} amountMicros={returnedMicros} />
          </FactRow>
        )}
        <FactRow label="Limit">
          <Money asset={asset} amountMicros={limitMicros} />
        </FactRow>
        {job.counts.verified === 0 ? null : (
          <FactRow label="Average per segment">
            <Money asset={asset} amountMicros={postedMicros / BigInt(job.counts.verified)} />
          </FactRow>
        )}
      </dl>
    </Card>
  );
}
