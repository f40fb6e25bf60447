"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classNames } from "./class-names";

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: ReactNode;
  /** A drawer slides in from the right and keeps the page in sight; a dialog stands in the middle. */
  readonly as?: "dialog" | "drawer";
  readonly children: ReactNode;
}

const PLACE = {
  dialog: "inset-x-3 top-1/2 mx-auto max-h-[88dvh] max-w-lg -translate-y-1/2 rounded-lg border",
  drawer: "inset-y-0 right-0 w-full max-w-md border-l",
} as const;

/** A surface above the page. Focus stays inside, Escape and the veil close it. */
export function Dialog({ open, onOpenChange, title, description, as = "dialog", children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[#060807]/55" />
        <Radix.Content
          className={classNames(
            "fixed z-50 flex flex-col overflow-hidden bg-surface text-ink shadow-[0_12px_40px_var(--shadow)]",
            PLACE[as],
          )}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          <header className="flex items-start justify-between gap-4 border-b px-5 py-4">
            <div className="min-w-0">
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description === undefined ? null : (
                <Radix.Description className="mt-0.5 text-sm text-ink-faint">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close
              aria-label="Close"
              className="-m-1 rounded-md p-1 text-ink-faint hover:bg-sunken hover:text-ink"
            >
              <X className="size-4" aria-hidden="true" />
            </Radix.Close>
          </header>
          <div className="overflow-y-auto px-5 py-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
