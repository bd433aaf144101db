/** What cosign 3.1.3 and 2.4.0 wrote about one kit, with a key that cosign 3.1.3 made. */
export const vectors = {
  password: 'päss wörd',
  privateKey:
    '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\neyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6\nOCwicCI6MX0sInNhbHQiOiJJZDFTQ3JiaTZJeUlidWFHc1NOTmRFbDVwbjdaY1FH\nT2F1V096aXhZZkJRPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94\nIiwibm9uY2UiOiJYcnJ3N2paWDJnd3BXT3pERG5EYTlLY01wVERQeC9CRiJ9LCJj\naXBoZXJ0ZXh0IjoiUFpjUnZvY2MwMWhNaHhPQVkzRXBUTHk4cWtIK3RIZGx3OUxU\nU2lnVGZ6NEE0M3FGazJsQ0pzUUxuWGtsRnpGeTNKb1NRT1ZxL2JCMnZyUU93WHEy\nWUpCSUtkSFk4bEI0M0NTV2swUmpoakwxWXl6MjhKUlFUTXdNanhCVHY5Sk8vSWlX\nL2NBZ1Mrc3FzYzRPZE16d2lRR3pwWldtbVJCb2xEeS9XRjFyalFlVkZMN1MvZjlv\nNXV3V2J3MUYzWkVMMjY5VDdnbGpLeWk3Tmc9PSJ9\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n',
  publicKey:
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhtE4x0qMHpuYsAJxHfl7cewuJuyx\ntjlCRQjlZO8Qvh8Ndkf4FVuYVKR7mabDq6vE2KU5TavZxMM7Zpe4YotZ+g==\n-----END PUBLIC KEY-----\n',
  /** Of the manifest that was signed. */
  digest: 'sha256:ba91149dc12715a848aaca9fe87bc765c81f00e5c18215976e9f9e16e4584323',
  /** `cosign sign -a stage=release` (3.1.3): the bundle. */
  bundle:
    '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial":{"publicKey":{"hint":"DXfqm0SNhRtsUm+ZQ2LfG3wGsYpZ1GjrI7+EGv7PLgQ="}}, "dsseEnvelope":{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCAic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImJhOTExNDlkYzEyNzE1YTg0OGFhY2E5ZmU4N2JjNzY1YzgxZjAwZTVjMTgyMTU5NzZlOWY5ZTE2ZTQ1ODQzMjMifSwgImFubm90YXRpb25zIjp7InN0YWdlIjoicmVsZWFzZSJ9fV0sICJwcmVkaWNhdGVUeXBlIjoiaHR0cHM6Ly9zaWdzdG9yZS5kZXYvY29zaWduL3NpZ24vdjEiLCAicHJlZGljYXRlIjp7fX0=", "payloadType":"application/vnd.in-toto+json", "signatures":[{"sig":"MEQCIEk9Rk4WyyqsQZylmIPkP6GxKSwxkZhlCibIKoT8oTpMAiBpAKeM8lEaPkiMYROGnIlcBXiH/F8ko2ixP//QWuVnoQ=="}]}}',
  /** `cosign attest --type cyclonedx` (3.1.3): the bundle. */
  attestationBundle:
    '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial":{"publicKey":{"hint":"DXfqm0SNhRtsUm+ZQ2LfG3wGsYpZ1GjrI7+EGv7PLgQ="}}, "dsseEnvelope":{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjAuMSIsICJzdWJqZWN0IjpbeyJuYW1lIjoiMTI3LjAuMC4xOjUxMTIvdmVjL21vZGVsIiwgImRpZ2VzdCI6eyJzaGEyNTYiOiJiYTkxMTQ5ZGMxMjcxNWE4NDhhYWNhOWZlODdiYzc2NWM4MWYwMGU1YzE4MjE1OTc2ZTlmOWUxNmU0NTg0MzIzIn19XSwgInByZWRpY2F0ZVR5cGUiOiJodHRwczovL2N5Y2xvbmVkeC5vcmcvYm9tIiwgInByZWRpY2F0ZSI6eyJib21Gb3JtYXQiOiJDeWNsb25lRFgiLCAic3BlY1ZlcnNpb24iOiIxLjYifX0=", "payloadType":"application/vnd.in-toto+json", "signatures":[{"sig":"MEQCIFR+E77I6+J0c2nhsKk+eG4IqEodz99y+m6Cljc3ZETwAiBaVTVstCWznYZsPHuCfBazY8cUzwuwIVnJxeUC4peGHQ=="}]}}',
  /** `cosign sign -a stage=release` (2.4.0): the payload and its signature. */
  payload:
    '{"critical":{"identity":{"docker-reference":"127.0.0.1:5112/vec/model"},"image":{"docker-manifest-digest":"sha256:ba91149dc12715a848aaca9fe87bc765c81f00e5c18215976e9f9e16e4584323"},"type":"cosign container image signature"},"optional":{"stage":"release"}}',
  payloadSignature: 'MEUCIG43ohlx3wa8hYFI0zOhopcbaq3xekpmP31PP41jE8eHAiEA8aXnuAgwMuhUmzcXzTtH0XcVTt/Lj2eWbC8CVGuNVfM=',
  /** `cosign attest --type cyclonedx` (2.4.0): the envelope. */
  envelope:
    '{"payloadType":"application/vnd.in-toto+json","payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjAuMSIsInByZWRpY2F0ZVR5cGUiOiJodHRwczovL2N5Y2xvbmVkeC5vcmcvYm9tIiwic3ViamVjdCI6W3sibmFtZSI6IjEyNy4wLjAuMTo1MTEyL3ZlYy9tb2RlbCIsImRpZ2VzdCI6eyJzaGEyNTYiOiJiYTkxMTQ5ZGMxMjcxNWE4NDhhYWNhOWZlODdiYzc2NWM4MWYwMGU1YzE4MjE1OTc2ZTlmOWUxNmU0NTg0MzIzIn19XSwicHJlZGljYXRlIjp7ImJvbUZvcm1hdCI6IkN5Y2xvbmVEWCIsInNwZWNWZXJzaW9uIjoiMS42In19","signatures":[{"keyid":"","sig":"MEUCIGoNbZ77w2eojxTRh58DNytYvRmDhg/iaTFO8PDgYK/WAiEAqxVxYb4pUJhNfa+95Yr66EcXZKm83qzhftR3kwWadBA="}]}',
} as const;
