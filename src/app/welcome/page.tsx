import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { WelcomePage } from "@/features/welcome/welcome-page";
import { pageSession } from "@/server/auth-session";
import { pageTheme } from "../theme";

export const metadata: Metadata = { title: "Create an organisation" };

export default async function Page() {
  const session = await pageSession();
  if (session === null) redirect("/sign-in?next=/welcome");
  return <WelcomePage email={session.user.email} first={session.actor === null} theme={await pageTheme()} />;
}
