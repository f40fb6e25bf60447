import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { classNames } from "./class-names";
import { Spinner } from "./spinner";

const VARIANTS = {
  primary: "bg-ink text-paper border-ink hover:bg-ink-soft hover:border-ink-soft",
  secondary: "bg-raised text-ink border-line-strong hover:bg-sunken",
  quiet: "bg-transparent text-ink-soft border-transparent hover:bg-sunken hover:text-ink",
  fault: "bg-raised text-fault border-fault hover:bg-fault-wash",
} as const;
const SIZES = {
  small: "h-7 px-2.5 text-xs gap-1.5",
  normal: "h-9 px-3.5 text-sm gap-2",
  large: "h-11 px-5 text-base gap-2",
} as const;

interface ButtonProps extends Omit<ComponentProps<"button">, "className"> {
  readonly variant?: keyof typeof VARIANTS;
  readonly size?: keyof typeof SIZES;
  /** The act is under way: the button stays in place, cannot be pressed again and says so. */
  readonly pending?: boolean;
  /** Fills the width of what it stands in. */
  readonly wide?: boolean;
  /** Gives its look to its only child, for links. */
  readonly asChild?: boolean;
}

export function Button({
  variant = "secondary",
  size = "normal",
  pending = false,
  wide = false,
  asChild = false,
  disabled,
  children,
  ...rest
}: ButtonProps) {
  const look = classNames(
    "inline-flex items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors duration-100 select-none",
    "disabled:cursor-not-allowed disabled:opacity-50",
    VARIANTS[variant],
    SIZES[size],
    wide && "w-full",
  );
  if (asChild)
    return (
      <Slot.Root className={look} {...rest}>
        {children}
      </Slot.Root>
    );
  return (
    <button type="button" className={look} disabled={disabled === true || pending} aria-busy={pending} {...rest}>
      {pending ? <Spinner /> : null}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "className" | "aria-label"> {
  /** What it does; read aloud and shown on hover. */
  readonly label: string;
}

/** A square button that shows one icon. */
export function IconButton({ label, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-faint transition-colors hover:bg-sunken hover:text-ink"
      {...rest}
    >
      {children}
    </button>
  );
}
