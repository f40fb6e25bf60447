import { newId, NotFound, record, requireRole, type Context } from "@/kernel";
import { changeOf } from "./change-of";
import { NameTaken } from "./errors";
import { SetPurchaseOrderInput } from "./inputs";
import { findProject, findPurchaseOrder, insertPurchaseOrder, lockPolicy, updatePurchaseOrder } from "./store";

/** Adds a project's purchase order, or changes its amount, closes or opens it. Its number stays. */
export async function setPurchaseOrder(ctx: Context, input: SetPurchaseOrderInput): Promise<void> {
  const actor = requireRole(ctx.actor, "finance");
  const { projectId, number, amountMicros, closed } = SetPurchaseOrderInput.parse(input);
  const { organisationId } = actor;
  const now = ctx.clock.now();
  await ctx.database.transaction(async (tx) => {
    await lockPolicy(tx, organisationId);
    const project = await findProject(tx, organisationId, projectId);
    if (project === null) throw new NotFound("project", projectId);
    const known = await findPurchaseOrder(tx, organisationId, number);
    if (known !== null && known.projectId !== projectId)
      throw new NameTaken(`The purchase order ${number} belongs to another project of yours. Write another number.`, {
        number,
      });
    const id = known?.id ?? newId("purchaseOrder", now.getTime());
    if (known === null)
      await insertPurchaseOrder(tx, {
        id,
        organisationId,
        projectId,
        number,
        amountMicros,
        closedAt: closed ? now : null,
      });
    else await updatePurchaseOrder(tx, id, { amountMicros, closedAt: closed ? (known.closedAt ?? now) : null });
    await record(tx, actor, {
      action: "spending.purchase-order-set",
      target: id,
      details: {
        number,
        ...changeOf(known && { amountMicros: known.amountMicros, closed: known.closedAt !== null }, {
          amountMicros,
          closed,
        }),
      },
    });
  });
}
