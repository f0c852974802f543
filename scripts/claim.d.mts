/** Sole use of a folder. */
export interface Claim {
  /** Lets it last until this process, a child of the owner, has ended too. */
  share(pid: number): void;
  release(): void;
}

/**
 * Claims a folder for this process; makes it if it is not there.
 *
 * @returns the claim, or the id of a living process that has one
 */
export function claim(
  folder: string,
): { readonly owner: undefined; readonly claim: Claim } | { readonly owner: number; readonly claim: undefined };
