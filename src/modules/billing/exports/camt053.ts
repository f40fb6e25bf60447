import { negateMicros, type Micros } from "@/kernel";
import { decimalText, roundToCents } from "../cents";
import { bankReference, bankText, type BankRow } from "./bank-row";

/** What a statement says beside its entries. */
export interface CamtFacts {
  readonly messageId: string;
  readonly createdAt: Date;
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly accountId: string;
  readonly accountName: string;
  readonly ownerName: string;
  readonly servicerName: string;
  readonly currency: string;
  readonly openingMicros: bigint;
  readonly closingMicros: bigint;
}

const ID_LENGTH_MAX = 35;
const NAME_LENGTH_MAX = 140;
const INFORMATION_LENGTH_MAX = 500;

/**
 * ISO 20022 camt.053.001.08, bank to customer statement: opening and closing booked balance, and an entry a movement. The
 * standard's amounts have no six decimals, so all are whole cents by the one rounding rule, and they tie among each other.
 */
export async function* camt053(rows: AsyncIterable<BankRow>, facts: CamtFacts): AsyncGenerator<string> {
  const { currency } = facts;
  const id = text(facts.messageId, ID_LENGTH_MAX);
  const created = facts.createdAt.toISOString();
  const lastDay = new Date(facts.to.getTime() - 1).toISOString().slice(0, 10);
  yield `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>${id}</MsgId><CreDtTm>${created}</CreDtTm></GrpHdr>
  <Stmt>
   <Id>${id}</Id>
   <CreDtTm>${created}</CreDtTm>
   <FrToDt><FrDtTm>${facts.from.toISOString()}</FrDtTm><ToDtTm>${facts.to.toISOString()}</ToDtTm></FrToDt>
   <Acct>
    <Id><Othr><Id>${text(facts.accountId, 34)}</Id></Othr></Id>
    <Ccy>${currency}</Ccy>
    <Nm>${text(facts.accountName, 70)}</Nm>
    <Ownr><Nm>${text(facts.ownerName, NAME_LENGTH_MAX)}</Nm></Ownr>
    <Svcr><FinInstnId><Nm>${text(facts.servicerName, NAME_LENGTH_MAX)}</Nm></FinInstnId></Svcr>
   </Acct>
${balance("OPBD", facts.openingMicros, currency, facts.from.toISOString().slice(0, 10))}
${balance("CLBD", facts.closingMicros, currency, lastDay)}
`;
  for await (const row of rows) yield entry(row, currency);
  yield `  </Stmt>
 </BkToCstmrStmt>
</Document>
`;
}

function balance(code: string, exactMicros: bigint, currency: string, day: string): string {
  const { payable } = roundToCents(exactMicros);
  return `   <Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(payable, currency)}<Dt><Dt>${day}</Dt></Dt></Bal>`;
}

function entry(row: BankRow, currency: string): string {
  const reference = text(bankReference(row).split(" ").at(-1) ?? "", ID_LENGTH_MAX);
  const subject = text(row.reference, ID_LENGTH_MAX);
  return `   <Ntry>
    <NtryRef>${reference}</NtryRef>
    ${amount(row.centsMicros, currency)}
    <Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><Dt>${row.day}</Dt></BookgDt>
    <ValDt><Dt>${row.day}</Dt></ValDt>
    <AcctSvcrRef>${reference}</AcctSvcrRef>
    <BkTxCd><Prtry><Cd>${text(row.kind, ID_LENGTH_MAX)}</Cd><Issr>Trainyard</Issr></Prtry></BkTxCd>
    <NtryDtls><Btch><NbOfTxs>${row.count}</NbOfTxs></Btch><TxDtls><Refs><EndToEndId>${subject}</EndToEndId></Refs></TxDtls></NtryDtls>
    <AddtlNtryInf>${text(bankText(row), INFORMATION_LENGTH_MAX)}</AddtlNtryInf>
   </Ntry>
`;
}

/** An amount has no sign in the standard: it is a credit or a debit. */
function amount(signed: Micros, currency: string): string {
  const size = signed < 0n ? negateMicros(signed) : signed;
  return `<Amt Ccy="${currency}">${decimalText(size, 2)}</Amt><CdtDbtInd>${signed < 0n ? "DBIT" : "CRDT"}</CdtDbtInd>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Words inside an element: at most `max` characters, without those that XML 1.0 cannot hold. */
function text(words: string, max: number): string {
  const plain = [...words.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, " ")].slice(0, max).join("");
  return plain.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
