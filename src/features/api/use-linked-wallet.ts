import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "./trpc";
import { connectWallet, signMessage, type BrowserWallet } from "./wallet";

/** Connects a wallet and links it to the organisation if it is not yet: one signature over a message of ours. */
export function useLinkedWallet(): (
  wallet: BrowserWallet,
  chainId: number,
) => Promise<{ id: string; address: string }> {
  const trpc = useTRPC();
  const client = useQueryClient();
  const wallets = useQuery(trpc.escrow.wallets.queryOptions());
  const startLink = useMutation(trpc.escrow.startLink.mutationOptions());
  const link = useMutation(trpc.escrow.linkWallet.mutationOptions());
  return async (wallet, chainId) => {
    const address = await connectWallet(wallet, chainId);
    const known = wallets.data?.find((one) => one.address === address);
    if (known !== undefined) return { id: known.id, address };
    const { challengeId, message } = await startLink.mutateAsync({ address });
    const signature = await signMessage(wallet, address, message);
    const { walletId } = await link.mutateAsync({ challengeId, signature });
    await client.invalidateQueries(trpc.escrow.wallets.queryFilter());
    return { id: walletId, address };
  };
}
