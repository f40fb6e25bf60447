export { closeDueMonths, closeMonth } from "./close-month";
export { LANGUAGES, type DocumentAsset, type DocumentKind } from "./documents/snapshot";
export { CreditRefused, ExportRefused, NothingToInvoice, PeriodRefused, TaxProfileMissing } from "./errors";
export { countExportParts, exportBooks, type ExportFile } from "./export-books";
export {
  CloseMonthInput,
  DocumentInput,
  ExportInput,
  IssueCreditNoteInput,
  IssueInvoiceInput,
  ListDocumentsInput,
  ListSpendSegmentsInput,
  ReadSpendInput,
  SaveTaxProfileInput,
  type ExportFormat,
  type SpendGroup,
} from "./inputs";
export { issueCreditNote } from "./issue-credit-note";
export { issueInvoice } from "./issue-invoice";
export { issueReceipts } from "./issue-receipts";
export { NO_LABELS, type JobLabels } from "./labels";
export { listDocuments, listPeriods, openDocument, type DocumentView, type PeriodView } from "./list-documents";
export { listSpendSegments, readSpend, type SpendGroupView, type SpendSegmentView, type SpendView } from "./read-spend";
export { readTaxProfile, saveTaxProfile, type TaxProfileView } from "./save-tax-profile";
export { SANDBOX_SELLER, SellerProfile } from "./seller-profile";
