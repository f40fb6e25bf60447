import { listOffers, setOffer, SetOfferInput } from "@/modules/market";
import { memberProcedure, router } from "../procedures";

export const marketRouter = router({
  offers: memberProcedure.query(({ ctx }) => listOffers(ctx.context)),
  setOffer: memberProcedure.input(SetOfferInput).mutation(({ ctx, input }) => setOffer(ctx.context, input)),
});
