import {
  closeMonth,
  CloseMonthInput,
  countExportParts,
  ExportInput,
  issueCreditNote,
  IssueCreditNoteInput,
  issueInvoice,
  IssueInvoiceInput,
  listDocuments,
  ListDocumentsInput,
  listPeriods,
  listSpendSegments,
  ListSpendSegmentsInput,
  readSpend,
  ReadSpendInput,
  readTaxProfile,
  saveTaxProfile,
  SaveTaxProfileInput,
} from "@/modules/billing";
import { memberProcedure, router } from "../procedures";

export const billingRouter = router({
  taxProfile: memberProcedure.query(({ ctx }) => readTaxProfile(ctx.context)),
  saveTaxProfile: memberProcedure
    .input(SaveTaxProfileInput)
    .mutation(({ ctx, input }) => saveTaxProfile(ctx.context, input)),
  documents: memberProcedure.input(ListDocumentsInput).query(({ ctx, input }) => listDocuments(ctx.context, input)),
  periods: memberProcedure.query(({ ctx }) => listPeriods(ctx.context)),
  closeMonth: memberProcedure
    .input(CloseMonthInput)
    .mutation(({ ctx, input }) => closeMonth(ctx.context, ctx.services.seller, input)),
  issueInvoice: memberProcedure
    .input(IssueInvoiceInput)
    .mutation(({ ctx, input }) => issueInvoice(ctx.context, ctx.services.seller, input)),
  issueCreditNote: memberProcedure
    .input(IssueCreditNoteInput)
    .mutation(({ ctx, input }) => issueCreditNote(ctx.context, ctx.services.seller, input)),
  exportParts: memberProcedure.input(ExportInput).query(({ ctx, input }) => countExportParts(ctx.context, input)),
  spend: memberProcedure.input(ReadSpendInput).query(({ ctx, input }) => readSpend(ctx.context, input)),
  spendSegments: memberProcedure
    .input(ListSpendSegmentsInput)
    .query(({ ctx, input }) => listSpendSegments(ctx.context, input)),
});
