import { assetOfRail, micros, requireMember, type Asset, type Context, type Micros } from "@/kernel";
import { selectOffers } from "./store";

export interface OfferView {
  readonly id: string;
  readonly machineId: string;
  readonly floorMicrosPerHour: Micros;
  readonly state: "active" | "paused";
  readonly activeMatch: {
    readonly jobId: string;
    readonly asset: Asset;
    readonly pricePerSegmentMicros: Micros;
  } | null;
}

/** The organisation's offers, oldest first, each with the match it is working for. */
export async function listOffers(ctx: Context): Promise<OfferView[]> {
  const { organisationId } = requireMember(ctx.actor);
  const rows = await selectOffers(ctx.database.reader, organisationId);
  return rows.map(({ offer, match }) => ({
    id: offer.id,
    machineId: offer.machineId,
    floorMicrosPerHour: micros(offer.floorMicrosPerHour),
    state: offer.state,
    activeMatch: match && {
      jobId: match.jobId,
      asset: assetOfRail(match.rail),
      pricePerSegmentMicros: micros(match.pricePerSegmentMicros),
    },
  }));
}
