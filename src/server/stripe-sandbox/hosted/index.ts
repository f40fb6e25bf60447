import type { FormObject } from "../core/form";
import type { State } from "../core/state";
import { checkoutPage } from "./checkout-page";
import { onboardingPage } from "./onboarding-page";
import type { Page } from "./page";
import { notFound } from "./page";

/** The pages that Stripe hosts for people. */
export function hostedPage(state: State, method: string, path: string, form: FormObject, origin: string): Page {
  return (
    checkoutPage(state, method, path, form, origin) ??
    onboardingPage(state, method, path, form) ??
    notFound("No such page")
  );
}
