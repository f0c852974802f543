import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';

export type ButtonVariant = 'plain' | 'primary' | 'danger' | 'quiet';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: ButtonVariant;
  readonly icon?: ReactNode;
}

/** The class of a button, for a link that looks like one. */
export const buttonClass = (variant: ButtonVariant = 'plain', isIconOnly = false): string =>
  [styles['button'], styles[variant], isIconOnly && styles['icon']].filter(Boolean).join(' ');

export function Button({ variant = 'plain', icon, children, className, ...others }: ButtonProps) {
  return (
    <button type="button" {...others} className={`${buttonClass(variant)} ${className ?? ''}`}>
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
  className,
  ...others
}: Omit<ButtonProps, 'children' | 'name'> & { readonly name: string; readonly icon: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      {...others}
      className={`${buttonClass(variant, true)} ${className ?? ''}`}
    >
      {icon}
    </button>
  );
}
