import { z } from "zod";
import { retrieval } from "../core/retrieval";
import type { Route } from "../core/call";
import { all, find, idOf } from "../core/call";
import { emit } from "../core/events";
import { listed } from "../core/list";
import { Bool, Created, Metadata, Page, Text, mergedMetadata, read } from "../core/parameters";
import { closeDispute, escalateDispute, isInquiry } from "../core/reversals-by-network";

const Evidence = z.strictObject({
  access_activity_log: z.string().optional(),
  customer_email_address: z.string().optional(),
  customer_name: z.string().optional(),
  customer_purchase_ip: z.string().optional(),
  product_description: z.string().optional(),
  service_date: z.string().optional(),
  uncategorized_text: z.string().optional(),
});

/** /v1/disputes. As in Stripe's test mode, the text `winning_evidence` or `losing_evidence` decides at once. */
export const disputeRoutes: readonly Route[] = [
  retrieval("/v1/disputes/:id", "disputes"),
  {
    method: "POST",
    path: "/v1/disputes/:id/close",
    run: (call) => {
      const dispute = find(call, "disputes", call.path[0] ?? "");
      return closeDispute(call.state, dispute.id, isInquiry(dispute) ? "warning_closed" : "lost");
    },
  },
  {
    method: "POST",
    path: "/v1/disputes/:id",
    run: (call) => {
      const dispute = find(call, "disputes", call.path[0] ?? "");
      const input = read(
        call.parameters,
        z.strictObject({ evidence: Evidence.optional(), metadata: Metadata.optional(), submit: Bool.optional() }),
      );
      dispute.metadata = mergedMetadata(dispute.metadata, input.metadata);
      Object.assign(dispute.evidence, input.evidence);
      dispute.evidence_details.has_evidence ||= input.evidence !== undefined;
      if (input.evidence === undefined || input.submit === false) return dispute;
      dispute.evidence_details.submission_count += 1;
      dispute.status = isInquiry(dispute) ? "warning_under_review" : "under_review";
      emit(call.state, call, "charge.dispute.updated", dispute);
      const text = input.evidence.uncategorized_text;
      if (text === "winning_evidence")
        return closeDispute(call.state, dispute.id, isInquiry(dispute) ? "warning_closed" : "won");
      if (text === "losing_evidence" && isInquiry(dispute)) return escalateDispute(call.state, dispute.id);
      if (text === "losing_evidence") return closeDispute(call.state, dispute.id, "lost");
      return dispute;
    },
  },
  {
    method: "GET",
    path: "/v1/disputes",
    run: (call) => {
      const page = read(
        call.parameters,
        z.strictObject({
          ...Page,
          charge: Text.optional(),
          created: Created.optional(),
          payment_intent: Text.optional(),
        }),
      );
      const found = all(call, "disputes").filter(
        (dispute) =>
          (page.charge === undefined || idOf(dispute.charge) === page.charge) &&
          (page.payment_intent === undefined || idOf(dispute.payment_intent) === page.payment_intent),
      );
      return listed("/v1/disputes", found, page);
    },
  },
];
