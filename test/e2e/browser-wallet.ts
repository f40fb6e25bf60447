import type { Page } from "@playwright/test";
import { mnemonicToAccount } from "viem/accounts";
import { LOCAL_MNEMONIC } from "../../src/modules/escrow/chain/local-accounts";

const CHAIN_ID = 31_337;

/**
 * Gives the page a wallet as an extension would: it announces itself (EIP-6963), and signs with a key that the page never
 * sees. Its key is one of the local chain's own.
 */
export async function installWallet(page: Page, addressIndex: number, name = "Test wallet"): Promise<string> {
  const account = mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex });
  await page.exposeFunction("walletRequest", async (method: string, params: readonly unknown[]): Promise<unknown> => {
    switch (method) {
      case "eth_requestAccounts":
        return [account.address];
      case "eth_chainId":
        return `0x${CHAIN_ID.toString(16)}`;
      case "personal_sign":
        return account.signMessage({ message: { raw: String(params[0]) as `0x${string}` } });
      case "eth_signTypedData_v4": {
        const { types, ...data } = JSON.parse(String(params[1])) as { types: Record<string, unknown> };
        const { EIP712Domain: _, ...others } = types;
        return account.signTypedData({ ...data, types: others } as never);
      }
      default:
        throw new Error(`the test wallet does not know ${method}`);
    }
  });
  await page.addInitScript((walletName) => {
    const ask = (
      window as unknown as { walletRequest: (method: string, params: readonly unknown[]) => Promise<unknown> }
    ).walletRequest;
    const provider = {
      request: ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => ask(method, params),
    };
    const detail = Object.freeze({ info: { uuid: "test-wallet", name: walletName, icon: "", rdns: "test" }, provider });
    const announce = (): boolean => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    window.addEventListener("eip6963:requestProvider", announce);
    announce();
  }, name);
  return account.address.toLowerCase();
}
