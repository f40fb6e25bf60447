import NextAuth, { type NextAuthOptions } from "next-auth";
import type { NextRequest } from "next/server";
import { emailAddress } from "@/kernel";
import { authAdapter } from "@/modules/identity";
import { sessionCookieName } from "./auth-cookie";

import { webEnv } from "./env";
import { log } from "./log";
import { sendSignInLink } from "./mail";
import { services } from "./services";

const LINK_VALID_S = 60 * 60;
const SESSION_VALID_S = 30 * 24 * 60 * 60;

function authOptions(): NextAuthOptions {
  const { authSecret, publicUrl } = webEnv();
  const { database, clock } = services();
  const secure = publicUrl.startsWith("https:");
  return {
    secret: authSecret,
    adapter: authAdapter(database, clock),
    session: { strategy: "database", maxAge: SESSION_VALID_S },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: sessionCookieName(publicUrl),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure },
      },
    },
    pages: { signIn: "/sign-in", verifyRequest: "/sign-in/check", error: "/sign-in" },
    providers: [
      {
        id: "email",
        type: "email",
        name: "Email",
        server: "",
        from: "",
        maxAge: LINK_VALID_S,
        options: {},
        normalizeIdentifier(text) {
          const address = emailAddress(text);
          if (address === null) throw new Error("This is not an address that can sign in.");
          return address;
        },
        sendVerificationRequest: ({ identifier, url }) => sendSignInLink(identifier, url),
      },
    ],
    logger: {
      error: (code, facts) => log("error", `sign-in: ${code}`, { reason: reasonOf(facts) }),
      warn: (code) => log("warn", `sign-in: ${code}`),
      debug: () => undefined,
    },
  };
}

function reasonOf(facts: unknown): string {
  if (facts instanceof Error) return facts.message;
  if (typeof facts === "object" && facts !== null && "error" in facts) return reasonOf(facts.error);
  return String(facts);
}

/** Answers /api/auth/*: sends links, follows them, ends sessions. Options are read at the first request, not at build time. */
export async function authHandler(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  const answer: unknown = await NextAuth(request as never, context as never, authOptions());
  return answer as Response;
}
