/** Made by `scripts/console/catalogue-plugin.ts`. */
declare module 'virtual:catalogue' {
  const index: import('./catalogue-data.ts').CatalogueIndex;
  export default index;
  /** Type → what loads everything about it. */
  export const pages: ReadonlyMap<string, () => Promise<{ readonly default: import('./catalogue-data.ts').TypeData }>>;
}
