import type { TenantId } from '@tidings/contracts';

/** Says how many sockets there are, for people to look at. */
export interface SocketCount {
  /**
   * Open sockets of a tenant that have subscribed, and those whose end nobody has heard of yet. Of a tenant with very many,
   * how many were opened in the last hour and a quarter: counting all would mean reading them all.
   */
  count(tenant: TenantId): Promise<number>;
}
