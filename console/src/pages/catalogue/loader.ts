import { pages } from 'virtual:catalogue';
import type { TypeData } from './catalogue-data.ts';

/** Everything about a type; undefined where the catalogue that was built in has none of that name. */
export const loadType = async (type: string): Promise<TypeData | undefined> => (await pages.get(type)?.())?.default;
