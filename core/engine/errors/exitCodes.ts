/** Exit statuses of the command line (design 8). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, network: 3, refused: 4, outOfDate: 5, cancelled: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
