/** Where a command of this folder reads and speaks. */
export interface Surroundings {
  /** The folder of the schemas, unless `--schemas` names another one. */
  readonly schemas: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
}
