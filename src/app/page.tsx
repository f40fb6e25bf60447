import { LandingPage } from "@/features/landing/landing-page";
import { pageSession } from "@/server/auth-session";
import { webEnv } from "@/server/env";
import { pageTheme } from "./theme";

export default async function Page() {
  const signedIn = (await pageSession()) !== null;
  return <LandingPage signedIn={signedIn} sandbox={webEnv().sandbox} theme={await pageTheme()} />;
}
