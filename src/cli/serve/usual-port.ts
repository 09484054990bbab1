/** Where admission webhooks commonly listen: 443 is not for ordinary users. */
export const USUAL_PORT = 8443;
