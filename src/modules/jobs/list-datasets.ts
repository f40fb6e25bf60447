import { requireMember, type Context } from "@/kernel";
import { datasetView, type DatasetView } from "./dataset-view";
import { selectDatasets } from "./store/datasets";

/** Public datasets and the organisation's own, oldest first. */
export async function listDatasets(ctx: Context): Promise<DatasetView[]> {
  const { organisationId } = requireMember(ctx.actor);
  return (await selectDatasets(ctx.database.reader, organisationId)).map(datasetView);
}
