"use client";

import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

export interface MenuItem {
  readonly id: string;
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly chosen?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly trigger: ReactNode;
  /** What stands above the items. */
  readonly heading?: ReactNode;
  readonly items: readonly MenuItem[];
  readonly align?: "start" | "end";
}

/** A list of acts behind a button. */
export function Menu({ label, trigger, heading, items, align = "start" }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-56 rounded-md border bg-raised p-1 text-sm shadow-[0_8px_24px_var(--shadow)]"
        >
          {heading === undefined ? null : <div className="border-b px-2.5 py-2 text-xs text-ink-faint">{heading}</div>}
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.id}
              onSelect={item.onSelect}
              className="flex cursor-pointer items-center justify-between gap-4 rounded-sm px-2.5 py-1.5 outline-none data-[highlighted]:bg-sunken"
            >
              <span>
                {item.title}
                {item.note === undefined ? null : <span className="ml-2 text-xs text-ink-faint">{item.note}</span>}
              </span>
              {item.chosen === true ? <Check className="size-4 text-proof" aria-label="current" /> : null}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
