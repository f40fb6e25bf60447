"use client";

import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import type { DemoPerson } from "@/server/auth-demo";
import { Button } from "@/ui/button";
import { ErrorNote } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import type { Theme } from "@/ui/theme";
import { requestSignInLink } from "../api/auth-calls";
import { DemoPeople } from "./demo-people";
import { PlainFrame } from "./plain-frame";
import { SIGN_IN_ERRORS, UNSENT } from "./words";

interface SignInPageProps {
  readonly next: string;
  readonly error: string | null;
  readonly people: readonly DemoPerson[];
  readonly theme: Theme;
}

export function SignInPage({ next, error: arrived, people, theme }: SignInPageProps) {
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [sendingTo, setSendingTo] = useState<string | null>(null);
  const [error, setError] = useState(arrived === null ? null : (SIGN_IN_ERRORS[arrived] ?? UNSENT));

  const send = async (address: string): Promise<void> => {
    setSendingTo(address);
    setError(null);
    const sent = await requestSignInLink(address, next).catch(() => false);
    if (sent) return router.push(`/sign-in/check?email=${encodeURIComponent(address)}`);
    setSendingTo(null);
    setError(UNSENT);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send(email);
  };

  return (
    <PlainFrame theme={theme}>
      <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
      <p className="mt-1.5 text-sm text-ink-soft">We send you a link. There is no password to remember or to lose.</p>
      <form onSubmit={submit} className="mt-6 space-y-2">
        {error === null ? null : <ErrorNote message={error} />}
        <Field label="E-mail">
          {(control) => (
            <TextInput
              {...control}
              type="email"
              autoComplete="email"
              required
              placeholder="you@company.com"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Button
          type="submit"
          variant="primary"
          wide
          pending={sendingTo !== null && sendingTo === email}
          disabled={sendingTo !== null}
        >
          Send me a sign-in link
        </Button>
      </form>
      {people.length === 0 ? null : (
        <DemoPeople people={people} sendingTo={sendingTo} onChoose={(address) => void send(address)} />
      )}
    </PlainFrame>
  );
}
