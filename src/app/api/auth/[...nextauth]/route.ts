import { authHandler } from "@/server/auth";

export const dynamic = "force-dynamic";

export { authHandler as GET, authHandler as POST };
