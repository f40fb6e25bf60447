import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SignInPage } from "@/features/sign-in/sign-in-page";
import { DEMO_PEOPLE } from "@/server/auth-demo";
import { pageSession } from "@/server/auth-session";
import { webEnv } from "@/server/env";
import { pageTheme } from "../theme";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ next?: string; callbackUrl?: string; error?: string }>;
}) {
  const { next, callbackUrl, error } = await searchParams;
  const target = localPath(next ?? callbackUrl);
  if ((await pageSession()) !== null && error === undefined) redirect(target);
  const { sandbox } = webEnv();
  return (
    <SignInPage next={target} error={error ?? null} people={sandbox ? DEMO_PEOPLE : []} theme={await pageTheme()} />
  );
}

/** Only a path of our own is followed after signing in, so that a link cannot lead anywhere else. */
function localPath(target: string | undefined): string {
  return target !== undefined && /^\/(?![/\\])/.test(target) ? target : "/jobs";
}
