import { useEffect, useState } from "react";

/** What a wallet in the browser understands (EIP-1193). */
interface Provider {
  request(call: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

/** A wallet that made itself known to the page (EIP-6963). */
export interface BrowserWallet {
  readonly id: string;
  readonly name: string;
  readonly provider: Provider;
}

interface Announcement {
  readonly info: { readonly uuid: string; readonly name: string };
  readonly provider: Provider;
}

/** The wallets of this browser, as they announce themselves. */
export function useBrowserWallets(): readonly BrowserWallet[] {
  const [wallets, setWallets] = useState<readonly BrowserWallet[]>([]);
  useEffect(() => {
    const hear = (event: Event): void => {
      const { info, provider } = (event as CustomEvent<Announcement>).detail;
      setWallets((known) =>
        known.some((wallet) => wallet.id === info.uuid)
          ? known
          : [...known, { id: info.uuid, name: info.name, provider }],
      );
    };
    window.addEventListener("eip6963:announceProvider", hear);
    window.dispatchEvent(new Event("eip6963:requestProvider"));
    return () => window.removeEventListener("eip6963:announceProvider", hear);
  }, []);
  return wallets;
}

/** Asks the wallet which account to use, and to be on the chain that is meant. */
export async function connectWallet({ provider }: BrowserWallet, chainId: number): Promise<string> {
  const accounts = (await ask(provider, "eth_requestAccounts")) as readonly string[];
  const [address] = accounts;
  if (address === undefined) throw new Error("The wallet gave no account. Unlock it and try again.");
  const wanted = `0x${chainId.toString(16)}`;
  if ((await ask(provider, "eth_chainId")) !== wanted)
    await ask(provider, "wallet_switchEthereumChain", [{ chainId: wanted }]);
  return address.toLowerCase();
}

/** Lets an account sign a message in plain words. */
export async function signMessage({ provider }: BrowserWallet, address: string, message: string): Promise<string> {
  const bytes = Array.from(new TextEncoder().encode(message), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return String(await ask(provider, "personal_sign", [`0x${bytes}`, address]));
}

/** Lets an account sign typed data, given as JSON. */
export async function signTypedData({ provider }: BrowserWallet, address: string, typedData: string): Promise<string> {
  return String(await ask(provider, "eth_signTypedData_v4", [address, typedData]));
}

/** Wallets answer with codes; people are told what they mean. */
const SENTENCES: Readonly<Record<number, string>> = {
  4001: "The wallet was asked and said no. Nothing was signed.",
  4100: "The wallet does not let this page use the account. Allow it there and try again.",
  4902: "The wallet does not know this chain. Add it there and try again.",
};

async function ask(provider: Provider, method: string, params: readonly unknown[] = []): Promise<unknown> {
  try {
    return await provider.request({ method, params });
  } catch (error) {
    const { code, message } = error as { code?: number; message?: string };
    throw new Error(SENTENCES[code ?? 0] ?? message ?? "The wallet did not answer. Try again.", { cause: error });
  }
}
