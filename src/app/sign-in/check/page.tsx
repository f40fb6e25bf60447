import type { Metadata } from "next";
import { CheckMailPage } from "@/features/sign-in/check-mail-page";
import { webEnv } from "@/server/env";
import { pageTheme } from "../../theme";

export const metadata: Metadata = { title: "Check your mail" };

export default async function Page({ searchParams }: { searchParams: Promise<{ email?: string }> }) {
  const { email } = await searchParams;
  const { sandbox, smtpUrl } = webEnv();
  return (
    <CheckMailPage email={email ?? null} inTerminal={sandbox && smtpUrl === undefined} theme={await pageTheme()} />
  );
}
