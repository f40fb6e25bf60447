import type { ModelReport } from "@trainyard/graph";
import type { EngineKind } from "@trainyard/protocol";
import { requireMember, scaleMicros, type Context, type Micros } from "@/kernel";
import { ModelRefused, planJob, type JobPlan, type LossKind, type TrainingChoices } from "@/modules/jobs";
import { readBalance } from "@/modules/ledger";
import { quoteMarket } from "@/modules/market";
import { QuoteJobInput } from "./inputs";

/** Everything a buyer is told before posting. Money in micro-dollars for the whole job. */
export interface Quote {
  readonly report: ModelReport;
  readonly training: TrainingChoices;
  readonly loss: LossKind;
  readonly segmentCount: number;
  readonly flopsPerSegment: number;
  readonly flopsTotal: number;
  readonly peakMemoryBytes: number;
  readonly qualifyingMachines: number;
  readonly onlineMachines: number;
  readonly exclusions: readonly { readonly reason: string; readonly count: number }[];
  readonly etaSeconds: number | null;
  readonly price: { readonly lowMicros: Micros; readonly likelyMicros: Micros; readonly highMicros: Micros } | null;
  readonly suggestedLimitMicros: Micros | null;
  readonly availableMicros: Micros;
}

/** What the same job would cost and take under the engine that was not chosen. */
export interface OtherEngine extends Pick<Quote, "price" | "etaSeconds" | "qualifyingMachines"> {
  readonly engine: EngineKind;
  /** Why the graph has no such form; null where it has one. */
  readonly refusal: string | null;
}

/** The suggested limit leaves half of the highest ask as room for the next machine to be dearer. */
const SUGGESTED_OVER_HIGH = { numerator: 3n, denominator: 2n };
/** A disposable process, its start-up and the upload, beside the training itself. */
const SECONDS_PER_SEGMENT_OVERHEAD = 0.6;

/** Works a job out under both engines and asks the market what it would cost and who would run it. Stores nothing. */
export async function quoteJob(ctx: Context, input: QuoteJobInput): Promise<Quote & { otherEngine: OtherEngine }> {
  const { organisationId } = requireMember(ctx.actor);
  const asked = QuoteJobInput.parse(input);
  const quote = await quotePlan(ctx, organisationId, await planJob(ctx, organisationId, asked));
  const engine = quote.training.engine === "native" ? "exact" : "native";
  const otherwise = { ...asked, training: { ...asked.training, engine } } satisfies QuoteJobInput;
  return { ...quote, otherEngine: { engine, ...(await quoteOtherwise(ctx, organisationId, otherwise)) } };
}

async function quoteOtherwise(
  ctx: Context,
  organisationId: string,
  input: QuoteJobInput,
): Promise<Omit<OtherEngine, "engine">> {
  try {
    const quote = await quotePlan(ctx, organisationId, await planJob(ctx, organisationId, input));
    const { price, etaSeconds, qualifyingMachines } = quote;
    return { price, etaSeconds, qualifyingMachines, refusal: null };
  } catch (error) {
    if (!(error instanceof ModelRefused)) throw error;
    return { price: null, etaSeconds: null, qualifyingMachines: 0, refusal: error.message };
  }
}

/** The quote of a plan that is worked out already. */
export async function quotePlan(ctx: Context, organisationId: string, plan: JobPlan): Promise<Quote> {
  const { report, training, loss, segmentCount, flopsPerSegment } = plan;
  const market = await quoteMarket(ctx.database.reader, {
    organisationId,
    flopsPerSegment,
    segmentCount,
    memoryBytes: BigInt(Math.ceil(report.peakMemoryBytes)),
    engine: training.engine,
  });
  const { availableMicros } = await readBalance(ctx);
  const { askPerJobMicros: ask } = market;
  return {
    report,
    training,
    loss,
    segmentCount,
    flopsPerSegment,
    flopsTotal: flopsPerSegment * segmentCount,
    peakMemoryBytes: report.peakMemoryBytes,
    qualifyingMachines: market.qualifying,
    onlineMachines: market.online,
    exclusions: market.exclusions,
    etaSeconds:
      market.fastestSecondsPerJob === null
        ? null
        : market.fastestSecondsPerJob + segmentCount * SECONDS_PER_SEGMENT_OVERHEAD,
    price: ask && { lowMicros: ask.low, likelyMicros: ask.likely, highMicros: ask.high },
    suggestedLimitMicros: ask && scaleMicros(ask.high, SUGGESTED_OVER_HIGH.numerator, SUGGESTED_OVER_HIGH.denominator),
    availableMicros,
  };
}
