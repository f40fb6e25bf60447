import { LANGUAGES, type DocumentKind, type DocumentSnapshot } from "./snapshot";

/** Everything a document says beside its facts. */
export interface Words {
  readonly title: Readonly<Record<DocumentKind, string>>;
  readonly issued: string;
  readonly period: string;
  readonly purchaseOrder: string;
  readonly supplier: string;
  readonly customer: string;
  readonly taxId: string;
  readonly reference: string;
  readonly reason: string;
  readonly description: string;
  readonly quantity: string;
  readonly amount: string;
  readonly tax: string;
  readonly net: string;
  readonly exactTotal: string;
  readonly rounding: string;
  readonly total: string;
  readonly due: string;
  readonly job: string;
  readonly project: string;
  readonly costCentre: string;
  readonly evidence: string;
  readonly ledgerEntries: string;
  readonly sectionTitle: Readonly<Record<DocumentSnapshot["sections"][number]["settledBy"], string>>;
  readonly settled: Readonly<Record<DocumentSnapshot["sections"][number]["settledBy"], string>>;
  readonly credited: string;
  readonly included: string;
  readonly opening: string;
  readonly closing: string;
  readonly movement: string;
  readonly book: Readonly<Record<"funds" | "earnings", string>>;
  readonly unit: Readonly<
    Record<DocumentSnapshot["sections"][number]["lines"][number]["unit"], readonly [string, string]>
  >;
  readonly segments: string;
  readonly audits: string;
  readonly payment: string;
  readonly refund: string;
  readonly page: string;
  readonly reverseCharge: string;
  readonly roundingRule: string;
  readonly proof: string;
  readonly separate: string;
}

const ENGLISH: Words = {
  title: {
    receipt: "Payment receipt",
    refund_receipt: "Refund receipt",
    invoice: "Tax invoice",
    credit_note: "Credit note",
    statement: "Account statement",
    self_billing: "Self-billed invoice",
  },
  issued: "Issued",
  period: "Period",
  purchaseOrder: "Purchase order",
  supplier: "Supplier",
  customer: "Customer",
  taxId: "Tax id",
  reference: "Reference",
  reason: "Reason",
  description: "Description",
  quantity: "Quantity",
  amount: "Amount",
  tax: "Tax",
  net: "Net",
  exactTotal: "Exact total",
  rounding: "Rounding to cents",
  total: "Total",
  due: "Amount due",
  job: "Job",
  project: "Project",
  costCentre: "Cost centre",
  evidence: "Evidence",
  ledgerEntries: "ledger entries",
  sectionTitle: {
    balance: "Paid from balance",
    escrow: "Paid from USDC escrow",
    rail: "Payment",
    earnings: "Credited to earnings",
  },
  settled: {
    balance: "Paid from balance",
    escrow: "Paid from USDC escrow",
    rail: "Received",
    earnings: "Credited to earnings",
  },
  credited: "Returned to balance",
  included: "included",
  opening: "Opening balance",
  closing: "Closing balance",
  movement: "Movement",
  book: { funds: "Funds", earnings: "Earnings" },
  unit: {
    segment: ["segment", "segments"],
    audit: ["audit", "audits"],
    payment: ["payment", "payments"],
    credit: ["credit", "credits"],
  },
  segments: "Verified training segments",
  audits: "Confirmed re-executions",
  payment: "Funds added to the prepaid balance",
  refund: "Funds returned to where they came from",
  page: "Page",
  reverseCharge: "Reverse charge",
  roundingRule:
    "Lines are exact to the micro-dollar. Each payable total is rounded to the nearest cent, half a cent away from zero.",
  proof:
    "Evidence is the first and the last commitment of the verified segments; the last one is the head of the job's hash chain.",
  separate: "USD and USDC are different assets: they stand in separate sections and are never added together.",
};

const GERMAN: Words = {
  title: {
    receipt: "Zahlungsbeleg",
    refund_receipt: "Erstattungsbeleg",
    invoice: "Rechnung",
    credit_note: "Rechnungskorrektur",
    statement: "Kontoauszug",
    self_billing: "Gutschrift im Sinne des § 14 UStG",
  },
  issued: "Ausgestellt",
  period: "Leistungszeitraum",
  purchaseOrder: "Bestellnummer",
  supplier: "Leistender",
  customer: "Leistungsempfänger",
  taxId: "USt-IdNr.",
  reference: "Bezug",
  reason: "Grund",
  description: "Beschreibung",
  quantity: "Menge",
  amount: "Betrag",
  tax: "Steuer",
  net: "Netto",
  exactTotal: "Genaue Summe",
  rounding: "Rundung auf Cent",
  total: "Gesamtbetrag",
  due: "Offener Betrag",
  job: "Auftrag",
  project: "Projekt",
  costCentre: "Kostenstelle",
  evidence: "Nachweis",
  ledgerEntries: "Buchungen",
  sectionTitle: {
    balance: "Bezahlt aus dem Guthaben",
    escrow: "Bezahlt aus dem USDC-Treuhandkonto",
    rail: "Zahlung",
    earnings: "Den Einnahmen gutgeschrieben",
  },
  settled: {
    balance: "Bezahlt aus dem Guthaben",
    escrow: "Bezahlt aus dem USDC-Treuhandkonto",
    rail: "Erhalten",
    earnings: "Den Einnahmen gutgeschrieben",
  },
  credited: "Dem Guthaben zurückgegeben",
  included: "enthalten",
  opening: "Anfangssaldo",
  closing: "Endsaldo",
  movement: "Bewegung",
  book: { funds: "Guthaben", earnings: "Einnahmen" },
  unit: {
    segment: ["Segment", "Segmente"],
    audit: ["Prüfung", "Prüfungen"],
    payment: ["Zahlung", "Zahlungen"],
    credit: ["Korrektur", "Korrekturen"],
  },
  segments: "Geprüfte Trainingssegmente",
  audits: "Bestätigte Nachrechnungen",
  payment: "Einzahlung auf das Guthaben",
  refund: "Rückzahlung an den Ursprung",
  page: "Seite",
  reverseCharge: "Steuerschuldnerschaft des Leistungsempfängers (Reverse charge)",
  roundingRule:
    "Die Positionen sind auf den Mikrodollar genau. Jeder Zahlbetrag ist kaufmännisch auf den Cent gerundet.",
  proof:
    "Nachweis sind die erste und die letzte Festlegung der geprüften Segmente; die letzte ist der Kopf der Hashkette des Auftrags.",
  separate: "USD und USDC sind verschiedene Werte: sie stehen in getrennten Abschnitten und werden nie addiert.",
};

const FRENCH: Words = {
  title: {
    receipt: "Reçu de paiement",
    refund_receipt: "Reçu de remboursement",
    invoice: "Facture",
    credit_note: "Avoir",
    statement: "Relevé de compte",
    self_billing: "Facture (autofacturation)",
  },
  issued: "Émise le",
  period: "Période",
  purchaseOrder: "Bon de commande",
  supplier: "Fournisseur",
  customer: "Client",
  taxId: "N° de TVA",
  reference: "Référence",
  reason: "Motif",
  description: "Description",
  quantity: "Quantité",
  amount: "Montant",
  tax: "Taxe",
  net: "Net",
  exactTotal: "Total exact",
  rounding: "Arrondi au centime",
  total: "Total",
  due: "Reste à payer",
  job: "Tâche",
  project: "Projet",
  costCentre: "Centre de coûts",
  evidence: "Preuve",
  ledgerEntries: "écritures",
  sectionTitle: {
    balance: "Payé par le solde",
    escrow: "Payé par le séquestre USDC",
    rail: "Paiement",
    earnings: "Crédité aux revenus",
  },
  settled: {
    balance: "Payé par le solde",
    escrow: "Payé par le séquestre USDC",
    rail: "Reçu",
    earnings: "Crédité aux revenus",
  },
  credited: "Rendu au solde",
  included: "incluse",
  opening: "Solde d'ouverture",
  closing: "Solde de clôture",
  movement: "Mouvement",
  book: { funds: "Fonds", earnings: "Revenus" },
  unit: {
    segment: ["segment", "segments"],
    audit: ["contrôle", "contrôles"],
    payment: ["paiement", "paiements"],
    credit: ["avoir", "avoirs"],
  },
  segments: "Segments d'entraînement vérifiés",
  audits: "Réexécutions confirmées",
  payment: "Fonds ajoutés au solde prépayé",
  refund: "Fonds rendus à leur origine",
  page: "Page",
  reverseCharge: "Autoliquidation (Reverse charge)",
  roundingRule:
    "Les lignes sont exactes au microdollar. Chaque total à payer est arrondi au centime le plus proche, le demi-centime s'éloignant de zéro.",
  proof:
    "La preuve est le premier et le dernier engagement des segments vérifiés ; le dernier est la tête de la chaîne de hachage de la tâche.",
  separate:
    "USD et USDC sont des actifs différents : ils figurent dans des sections séparées et ne sont jamais additionnés.",
};

const WORDS: Readonly<Record<DocumentSnapshot["language"], Words>> = { en: ENGLISH, de: GERMAN, fr: FRENCH };

/** A profile's language as one that documents speak. */
export function languageOf(language: string): DocumentSnapshot["language"] {
  return LANGUAGES.find((known) => known === language) ?? "en";
}

/** The words of a document's language. */
export function wordsOf(language: DocumentSnapshot["language"]): Words {
  return WORDS[language];
}

const MOVEMENT_WORDS: Readonly<Record<string, string>> = {
  deposit: "Funds added",
  "escrow-deposit": "Put into escrow",
  "escrow-refund": "Returned from escrow",
  debt: "Debt settled",
  refund: "Refunds",
  payout: "Payouts",
  dispute: "Disputes",
  segment: "Verified segments",
  audit: "Confirmed audits",
  credit: "Credit",
};

/** A kind of ledger transfer for a statement; an unknown one keeps its technical name. */
export function movementWords(kind: string): string {
  return MOVEMENT_WORDS[kind] ?? kind.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
}
