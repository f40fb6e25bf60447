// next-auth reads its own public address from this variable; ours is the one source.
process.env.NEXTAUTH_URL ??= process.env.TRAINYARD_PUBLIC_URL ?? "http://localhost:3000";

const SECURITY_HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

/** @type {import("next").NextConfig} */
const config = {
  transpilePackages: ["@trainyard/protocol", "@trainyard/graph"],
  serverExternalPackages: [
    "pg",
    "pdf-lib",
    "@pdf-lib/fontkit",
    "@prisma/client",
    "@prisma/adapter-pg",
    "nodemailer",
    "next-auth",
  ],
  poweredByHeader: false,
  reactStrictMode: true,
  // The content security policy carries a nonce of each request and is set in src/proxy.ts.
  headers: () => Promise.resolve([{ source: "/:path*", headers: SECURITY_HEADERS }]),
};

export default config;
