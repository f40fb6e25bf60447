import { z } from "zod";
import {
  addDataset,
  AddDatasetInput,
  inspectUploadedModel,
  InspectUploadedModelInput,
  JobInput,
  listDatasets,
  listEvents,
  ListEventsInput,
  listJobs,
  ListJobsInput,
  LossCurveInput,
  OWN_MODEL_DEFAULTS,
  readLossCurve,
  TEMPLATES,
} from "@/modules/jobs";
import { watchJob } from "../job-watch";
import { memberProcedure, router } from "../procedures";

/** The cursor of the last event seen; tRPC's client sends it again after a broken connection. */
const WatchInput = JobInput.extend({
  lastEventId: z
    .string()
    .regex(/^\d{1,19}$/)
    .optional(),
});

export const jobsRouter = router({
  templates: memberProcedure.query(() =>
    TEMPLATES.map(({ id, title, summary, datasetId, defaults }) => ({ id, title, summary, datasetId, defaults })),
  ),
  ownModelDefaults: memberProcedure.query(() => OWN_MODEL_DEFAULTS),
  datasets: memberProcedure.query(({ ctx }) => listDatasets(ctx.context)),
  addDataset: memberProcedure.input(AddDatasetInput).mutation(({ ctx, input }) => addDataset(ctx.context, input)),
  inspectModel: memberProcedure
    .input(InspectUploadedModelInput)
    .query(({ ctx, input }) => inspectUploadedModel(ctx.context, input)),
  list: memberProcedure.input(ListJobsInput).query(({ ctx, input }) => listJobs(ctx.context, input)),
  lossCurve: memberProcedure.input(LossCurveInput).query(({ ctx, input }) => readLossCurve(ctx.context, input)),
  events: memberProcedure.input(ListEventsInput).query(({ ctx, input }) => listEvents(ctx.context, input)),
  watch: memberProcedure.input(WatchInput).subscription(({ ctx, input, signal }) => watchJob(ctx, input, signal)),
});
