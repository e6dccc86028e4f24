/** The account of the examples in AWS's documentation, which users, roles and providers are of unless they say otherwise. */
export const defaultAccountId = "123456789012";
