/** The scope of who may create, change and delete subscriptions; the same at every hub. */
export const MANAGE_SCOPE = 'subscriptions:write';
