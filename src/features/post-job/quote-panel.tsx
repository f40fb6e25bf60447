"use client";

import Link from "next/link";
import { assetOfRail, parseUsd, type Asset } from "@/kernel/values/money";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Choice } from "@/ui/choice";
import { ErrorNote, Notice } from "@/ui/error-note";
import { Field, TextInput } from "@/ui/field";
import { amountText, plainUsd, shortUsd } from "@/ui/format";
import { Skeleton } from "@/ui/skeleton";
import type { Failure } from "../api/failure";
import { useRoleBarrier } from "../api/viewer";
import type { Preview } from "./allocation";
import { ApprovalNotice } from "./approval-notice";
import type { Quote } from "./draft";
import { QuoteFacts } from "./quote-facts";

/** What pays the job. */
export type Rail = "balance" | "usdc";

interface QuotePanelProps {
  readonly rail: Rail;
  /** A chain is set up, so USDC can pay. */
  readonly usdcIsOpen: boolean;
  readonly onRail: (rail: Rail) => void;
  readonly quote: Quote | undefined;
  readonly stale: boolean;
  readonly missing: string | null;
  readonly quoteFailure: Failure | null;
  /** What the organisation's rules make of it; null until they were asked. */
  readonly preview: Preview | null;
  /** What the job is for is written so that it can be read. */
  readonly purposeReady: boolean;
  readonly name: string;
  readonly limitText: string;
  readonly postFailure: Failure | null;
  readonly posting: boolean;
  readonly onName: (name: string) => void;
  readonly onLimit: (text: string) => void;
  readonly onPost: () => void;
}

/** Price, limit and the button, beside the form and always in sight on wide screens. */
export function QuotePanel(props: QuotePanelProps) {
  const { quote, stale, missing, quoteFailure, postFailure } = props;
  const limit = parseUsd(props.limitText);
  const barrier = useRoleBarrier("engineer");
  const byUsdc = props.rail === "usdc";
  const asset = assetOfRail(props.rail);
  const short =
    !byUsdc && quote !== undefined && limit !== null && limit > quote.availableMicros
      ? limit - quote.availableMicros
      : null;
  const waits = props.preview?.decision.kind === "needs-approval";
  const ready =
    props.purposeReady &&
    props.preview?.decision.kind !== "refused" &&
    quote !== undefined &&
    !stale &&
    missing === null &&
    quoteFailure === null &&
    limit !== null &&
    limit > 0n &&
    props.name.trim() !== "";
  return (
    <Card
      title="Quote"
      aside={
        <span className="text-2xs text-ink-faint">
          {stale ? "working it out…" : "from the graph, not from a guess"}
        </span>
      }
    >
      {quoteFailure === null ? null : <QuoteFailure failure={quoteFailure} />}
      {missing === null ? null : <p className="text-sm text-ink-soft">{missing}</p>}
      {missing === null && quoteFailure === null ? (
        quote === undefined ? (
          <Skeleton height={218} />
        ) : (
          <QuoteFacts quote={quote} asset={asset} stale={stale} />
        )
      ) : null}
      <div className="mt-4 border-t pt-4">
        <Field
          label="Name of the job"
          error={props.name.trim() === "" ? "Give the job a name." : postFailure?.fields.name}
        >
          {(control) => (
            <TextInput
              {...control}
              maxLength={100}
              value={props.name}
              onChange={(event) => props.onName(event.target.value)}
            />
          )}
        </Field>
        {props.usdcIsOpen ? (
          <div className="my-3 space-y-1.5">
            <p className="text-xs font-medium">What pays</p>
            <Choice
              label="What pays"
              options={[
                { id: "balance", title: "Balance" },
                { id: "usdc", title: "USDC" },
              ]}
              value={props.rail}
              onValue={props.onRail}
            />
          </div>
        ) : null}
        <Field
          label="Limit: the most that all of it may cost"
          hint={
            quote?.suggestedLimitMicros == null ? (
              "What is not used returns."
            ) : (
              <Suggestion quote={quote} asset={asset} onChoose={props.onLimit} />
            )
          }
          error={quote === undefined && props.limitText === "" ? null : limitError(props.limitText, postFailure)}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              {...(byUsdc ? {} : { prefix: "$" })}
              suffix={asset}
              value={props.limitText}
              onChange={(event) => props.onLimit(event.target.value)}
            />
          )}
        </Field>
      </div>
      <div className="mt-3 space-y-3 empty:hidden">
        {short === null ? null : (
          <Notice tone="warn">
            Your balance has {quote === undefined ? "" : shortUsd(quote.availableMicros)}; this limit needs{" "}
            {shortUsd(short)} more.{" "}
            <Link href="/billing?add=1" className="text-link">
              Add funds
            </Link>
          </Notice>
        )}
        <GenerousLimit quote={quote} asset={asset} limit={limit} />
        {props.preview === null || limit === null ? null : <ApprovalNotice preview={props.preview} />}
        {postFailure !== null && !isLimitFailure(postFailure) ? (
          <ErrorNote message={postFailure.message} requestId={postFailure.requestId} />
        ) : null}
      </div>
      <div className="mt-3">
        <Button
          variant="primary"
          size="large"
          wide
          pending={props.posting}
          disabled={!ready || (short !== null && !waits) || barrier !== null}
          onClick={props.onPost}
        >
          {limit === null
            ? "Post the job"
            : waits
              ? `Post, ask for ${amountText(limit, asset, false)}`
              : `Post, ${byUsdc ? "pay" : "hold"} ${amountText(limit, asset, false)}`}
        </Button>
        <p className="mt-2 text-2xs text-ink-faint">
          {barrier ??
            (byUsdc
              ? "On the job’s page your wallet signs the limit into an escrow contract. Only verified segments are paid from it; the rest goes back to the wallet."
              : waits
                ? "The job waits until it is approved. Then its limit is held, and only verified segments are paid from it."
                : "The limit is held now. Only verified segments are paid from it; the rest returns when the job ends.")}
        </p>
      </div>
    </Card>
  );
}

/** Where few bid, the market's price lies halfway between the machine's offer and the limit, so a high limit costs money. */
function GenerousLimit({ quote, asset, limit }: { quote: Quote | undefined; asset: Asset; limit: bigint | null }) {
  const price = quote?.price ?? null;
  const suggested = quote?.suggestedLimitMicros ?? null;
  if (price === null || suggested === null || limit === null || limit <= 2n * suggested) return null;
  return (
    <Notice>
      The market settles halfway between the machine’s offer and your limit when nobody else bids: with this limit,
      about {amountText((price.likelyMicros + limit) / 2n, asset, false)}.
    </Notice>
  );
}

function QuoteFailure({ failure }: { failure: Failure }) {
  return <ErrorNote message={failure.message} requestId={failure.code === "internal" ? failure.requestId : null} />;
}

function Suggestion({ quote, asset, onChoose }: { quote: Quote; asset: Asset; onChoose: (text: string) => void }) {
  const { suggestedLimitMicros: suggested } = quote;
  if (suggested === null) return null;
  return (
    <>
      What is not used returns. Suggested:{" "}
      <button type="button" className="text-link" onClick={() => onChoose(plainUsd(suggested))}>
        {amountText(suggested, asset)}
      </button>
    </>
  );
}

const LIMIT_CODES = ["settlement/limit-below-price", "ledger/insufficient-funds"];

function isLimitFailure(failure: Failure): boolean {
  return LIMIT_CODES.includes(failure.code) || failure.fields.limitMicros !== undefined;
}

function limitError(text: string, failure: Failure | null): string | null {
  if (text.trim() === "") return "Say how much the job may cost at most.";
  const amount = parseUsd(text);
  if (amount === null || amount === 0n) return "Write an amount of dollars such as 0.50, with at most six decimals.";
  return failure !== null && isLimitFailure(failure) ? (failure.fields.limitMicros ?? failure.message) : null;
}
