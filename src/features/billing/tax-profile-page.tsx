"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Button } from "@/ui/button";
import { Card, FactRow, PageHeader } from "@/ui/card";
import { ErrorNote, Notice } from "@/ui/error-note";
import { Field, Select, TextInput } from "@/ui/field";
import { Ago } from "@/ui/quantity";
import { SkeletonRows } from "@/ui/skeleton";
import { failureOf, type Failure } from "../api/failure";
import { useTRPC, type Inputs, type Outputs } from "../api/trpc";
import { useRoleBarrier } from "../api/viewer";
import { COUNTRIES } from "./countries";
import { NotForEngineers } from "./not-for-engineers";

type Profile = Inputs["billing"]["saveTaxProfile"];
type Version = Outputs["billing"]["taxProfile"]["versions"][number];

const LANGUAGES = [
  { id: "en", title: "English" },
  { id: "de", title: "Deutsch" },
  { id: "fr", title: "Français" },
] as const;

const EMPTY: Draft = {
  legalName: "",
  address: "",
  country: "",
  taxId: "",
  exemptionCertificate: "",
  billingEmails: "",
  purchaseOrder: "",
  language: "en",
};

/** The form's own words: several lines and empty fields as text. */
interface Draft {
  readonly legalName: string;
  readonly address: string;
  readonly country: string;
  readonly taxId: string;
  readonly exemptionCertificate: string;
  readonly billingEmails: string;
  readonly purchaseOrder: string;
  readonly language: Profile["language"];
}

export function TaxProfilePage() {
  const trpc = useTRPC();
  const profile = useQuery(trpc.billing.taxProfile.queryOptions());
  const failure = failureOf(profile.error);
  const [current] = profile.data?.versions ?? [];
  return (
    <NotForEngineers>
      <PageHeader
        title="Tax profile"
        lead="What your documents say about you. Every change is a new version; a document keeps the version it was issued with."
      />
      {failure === null ? null : <ErrorNote message={failure.message} requestId={failure.requestId} />}
      {profile.isPending ? <SkeletonRows what="the tax profile" /> : null}
      {profile.data === undefined ? null : (
        <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_20rem]">
          <ProfileForm key={current?.version ?? 0} current={current} />
          <Versions versions={profile.data.versions} />
        </div>
      )}
    </NotForEngineers>
  );
}

function ProfileForm({ current }: { current: Version | undefined }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const barrier = useRoleBarrier("finance");
  const [draft, setDraft] = useState<Draft>(() => (current === undefined ? EMPTY : draftOf(current)));
  const save = useMutation(
    trpc.billing.saveTaxProfile.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.billing.taxProfile.queryKey() }),
    }),
  );
  const failure = failureOf(save.error);
  const fieldError = (name: keyof Profile): string | undefined => errorOf(failure, name);
  const text = (name: keyof Draft) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate(profileOf(draft));
  };
  return (
    <Card title={current === undefined ? "No version yet" : `Version ${current.version}`}>
      <form onSubmit={submit}>
        <fieldset disabled={barrier !== null} className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          {current === undefined ? (
            <div className="pb-2 sm:col-span-2">
              <Notice>
                Invoices need a legal name, an address and a country. Until they are here, months stay open and receipts
                carry your organisation’s name alone.
              </Notice>
            </div>
          ) : null}
          <Field label="Legal name" error={fieldError("legalName")}>
            {(control) => <TextInput {...control} {...text("legalName")} autoComplete="organization" required />}
          </Field>
          <Field label="Country" hint="decides which tax applies" error={fieldError("country")}>
            {(control) => (
              <Select {...control} {...text("country")} required>
                <option value="">Choose a country</option>
                {COUNTRIES.map(({ code, name }) => (
                  <option key={code} value={code}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Address" hint="one line a row, as on a letter" error={fieldError("addressLines")}>
            {(control) => (
              <textarea
                {...control}
                {...text("address")}
                rows={3}
                required
                className="w-full min-w-0 rounded-md border border-line-strong bg-raised px-2.5 py-2 text-base text-ink aria-invalid:border-fault disabled:opacity-60 sm:text-sm"
              />
            )}
          </Field>
          <Field label="Billing e-mails" hint="one a row" error={fieldError("billingEmails")}>
            {(control) => (
              <textarea
                {...control}
                {...text("billingEmails")}
                rows={3}
                required
                className="w-full min-w-0 rounded-md border border-line-strong bg-raised px-2.5 py-2 text-base text-ink aria-invalid:border-fault disabled:opacity-60 sm:text-sm"
              />
            )}
          </Field>
          <Field
            label="VAT or tax id"
            hint="with it, businesses in another EU country get the reverse charge"
            error={fieldError("taxId")}
          >
            {(control) => <TextInput {...control} {...text("taxId")} spellCheck={false} />}
          </Field>
          <Field
            label="Exemption certificate"
            hint="leave empty unless you are exempt"
            error={fieldError("exemptionCertificate")}
          >
            {(control) => <TextInput {...control} {...text("exemptionCertificate")} spellCheck={false} />}
          </Field>
          <Field label="Default purchase order" hint="where a job names none" error={fieldError("purchaseOrder")}>
            {(control) => <TextInput {...control} {...text("purchaseOrder")} spellCheck={false} />}
          </Field>
          <Field label="Language of documents" error={fieldError("language")}>
            {(control) => (
              <Select {...control} {...text("language")}>
                {LANGUAGES.map(({ id, title }) => (
                  <option key={id} value={id}>
                    {title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </fieldset>
        <div className="mt-3 flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" disabled={barrier !== null} pending={save.isPending}>
            Save as a new version
          </Button>
          {barrier === null ? null : <p className="text-xs text-ink-faint">{barrier}</p>}
          {save.isSuccess ? (
            <p role="status" className="text-xs text-ink-soft">
              Version {save.data.version} is in force.
            </p>
          ) : null}
        </div>
        {failure !== null && Object.keys(failure.fields).length === 0 ? (
          <div className="mt-3">
            <ErrorNote message={failure.message} requestId={failure.requestId} />
          </div>
        ) : null}
      </form>
    </Card>
  );
}

function Versions({ versions }: { versions: readonly Version[] }) {
  return (
    <Card title="Versions" aside={<span className="text-xs text-ink-faint">append-only</span>}>
      {versions.length === 0 ? (
        <p className="text-sm text-ink-faint">The first version will stand here, and every one after it.</p>
      ) : (
        <dl>
          {versions.map((version) => (
            <FactRow key={version.version} label={`Version ${version.version}`}>
              {version.legalName}, {version.country}
              <span className="block text-2xs font-normal text-ink-faint">
                <Ago at={version.createdAt} />
              </span>
            </FactRow>
          ))}
        </dl>
      )}
    </Card>
  );
}

/** The server names a field of a list by its place, as in "billingEmails.0". */
function errorOf(failure: Failure | null, name: string): string | undefined {
  if (failure === null) return undefined;
  return Object.entries(failure.fields).find(([field]) => field === name || field.startsWith(`${name}.`))?.[1];
}

function draftOf(version: Version): Draft {
  return {
    legalName: version.legalName,
    address: version.addressLines.join("\n"),
    country: version.country,
    taxId: version.taxId ?? "",
    exemptionCertificate: version.exemptionCertificate ?? "",
    billingEmails: version.billingEmails.join("\n"),
    purchaseOrder: version.purchaseOrder ?? "",
    language: version.language,
  };
}

function profileOf(draft: Draft): Profile {
  const lines = (text: string): string[] =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
  return {
    legalName: draft.legalName,
    addressLines: lines(draft.address),
    country: draft.country,
    taxId: orNull(draft.taxId),
    exemptionCertificate: orNull(draft.exemptionCertificate),
    billingEmails: lines(draft.billingEmails),
    purchaseOrder: orNull(draft.purchaseOrder),
    language: draft.language,
  };
}
