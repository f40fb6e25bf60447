import "@/ui/tokens.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { ApiProvider } from "@/features/api/api-provider";
import { pageTheme } from "./theme";

export const metadata: Metadata = {
  title: { default: "Trainyard: AI training you pay for when it is proven", template: "%s · Trainyard" },
  description:
    "A market for verified AI training. Jobs run as ONNX graphs in segments; independent machines re-execute them blind, and only verified segments are paid.",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f5f5f1" },
    { media: "(prefers-color-scheme: dark)", color: "#0c0f0e" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await pageTheme();
  return (
    <html lang="en" data-theme={theme} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="min-h-dvh">
        <ApiProvider>{children}</ApiProvider>
      </body>
    </html>
  );
}
