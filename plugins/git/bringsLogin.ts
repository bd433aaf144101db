/**
 * Does an address that a repository names hold a login, other than that of the repository's own address, or a control
 * character in disguise? git-lfs before 3.6.1 asked the user's helpers for the host that stood behind such a line end, and
 * sent their answer to the host of the address (CVE-2024-53263).
 */
export function bringsLogin(address: string, location: string): boolean {
  const login = loginIn(address);
  return (login !== '' && login !== loginIn(location)) || /%(?:[01][\da-f]|7f)/i.test(address);
}

function loginIn(address: string): string {
  const { username = '', password = '' } = URL.parse(address) ?? {};
  return username || password ? `${username}:${password}` : '';
}
