import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';

export type ButtonVariant = 'plain' | 'primary' | 'danger' | 'quiet';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: ButtonVariant;
  readonly icon?: ReactNode;
  /** It does what it was pressed for: pressing it again does nothing, and it keeps the focus, which `disabled` takes. */
  readonly isBusy?: boolean;
}

const whileBusy = (isBusy: boolean): Pick<ComponentProps<'button'>, 'aria-disabled' | 'onClick'> =>
  isBusy ? { 'aria-disabled': true, onClick: (event) => event.preventDefault() } : {};

/** The class of a button, for a link that looks like one. */
export const buttonClass = (variant: ButtonVariant = 'plain', isIconOnly = false): string =>
  [styles['button'], styles[variant], isIconOnly && styles['icon']].filter(Boolean).join(' ');

export function Button({ variant = 'plain', icon, isBusy = false, children, className, ...others }: ButtonProps) {
  return (
    <button type="button" {...others} {...whileBusy(isBusy)} className={`${buttonClass(variant)} ${className ?? ''}`}>
      {icon}
      {children}
    </button>
  );
}

/** A button that is an icon. Its name is what screen readers say, and what shows when one points at it. */
export function IconButton({
  name,
  icon,
  variant = 'quiet',
  isBusy = false,
  className,
  ...others
}: Omit<ButtonProps, 'children' | 'name'> & { readonly name: string; readonly icon: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      {...others}
      {...whileBusy(isBusy)}
      className={`${buttonClass(variant, true)} ${className ?? ''}`}
    >
      {icon}
    </button>
  );
}
