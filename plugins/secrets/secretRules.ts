/** One shape of a secret. */
export interface SecretRule {
  readonly id: string;
  /** Its first group is the secret, if it has one. */
  readonly pattern: RegExp;
  /** A text that can match has at least one of them, in lower case. */
  readonly keywords: readonly string[];
  /** The least entropy of a secret (Shannon, bits per character): placeholders have less. */
  readonly entropy: number;
}

/**
 * Patterns of secrets with a known beginning: rules of gitleaks (v8, July 2026; MIT License, Copyright (c) 2019 Zachary
 * Rice), one per line: id, entropy, flags, keywords, pattern. Rules that need words around a secret, and some that find
 * too much, are left out. Each pattern begins with a rare text, and is tried once at each position.
 */
const table = String.raw`
1password-secret-key 3.8 g a3- \bA3-[A-Z0-9]{6}-(?:(?:[A-Z0-9]{11})|(?:[A-Z0-9]{6}-[A-Z0-9]{5}))-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}\b
1password-service-account-token 4 g ops_ ops_eyJ[a-zA-Z0-9+/]{250,}={0,3}
adobe-client-secret 2 gi p8e- \b(p8e-[a-z0-9]{32})(?:[\x60'"\s;]|\\[nr]|$)
age-secret-key 0 g age-secret-key-1 AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}
alibaba-access-key-id 2 gi ltai \b(LTAI[a-z0-9]{20})(?:[\x60'"\s;]|\\[nr]|$)
anthropic-admin-api-key 0 g sk-ant-admin01 \b(sk-ant-admin01-[a-zA-Z0-9_\-]{93}AA)(?:[\x60'"\s;]|\\[nr]|$)
anthropic-api-key 0 g sk-ant-api03 \b(sk-ant-api03-[a-zA-Z0-9_\-]{93}AA)(?:[\x60'"\s;]|\\[nr]|$)
artifactory-api-key 4.5 g akcp \bAKCp[A-Za-z0-9]{69}\b
artifactory-reference-token 4.5 g cmvmd \bcmVmd[A-Za-z0-9]{59}\b
authress-service-client-access-key 2 gi sc_,ext_,scauth_,authress_ \b((?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.(?:acc)[_-][a-z0-9-]{10,32}\.[a-z0-9+/_=-]{30,120})(?:[\x60'"\s;]|\\[nr]|$)
aws-access-token 3 g a3t,akia,asia,abia,acca \b((?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b
aws-amazon-bedrock-api-key-long-lived 3 g absk \b(ABSK[A-Za-z0-9+/]{109,269}={0,2})(?:[\x60'"\s;]|\\[nr]|$)
aws-amazon-bedrock-api-key-short-lived 3 g bedrock-api-key- bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t
azure-ad-client-secret 3 g q~ (?:^|[\\'"\x60\s>=:(,)])([a-zA-Z0-9_~.]{3}\dQ~[a-zA-Z0-9_~.-]{31,34})(?:$|[\\'"\x60\s<),])
clojars-api-token 2 gi clojars_ CLOJARS_[a-z0-9]{60}
cloudflare-origin-ca-key 2 g cloudflare,v1.0- \b(v1\.0-[a-f0-9]{24}-[a-f0-9]{146})(?:[\x60'"\s;]|\\[nr]|$)
databricks-api-token 3 g dapi \b(dapi[a-f0-9]{32}(?:-\d)?)(?:[\x60'"\s;]|\\[nr]|$)
digitalocean-access-token 3 g doo_v1_ \b(doo_v1_[a-f0-9]{64})(?:[\x60'"\s;]|\\[nr]|$)
digitalocean-pat 3 g dop_v1_ \b(dop_v1_[a-f0-9]{64})(?:[\x60'"\s;]|\\[nr]|$)
digitalocean-refresh-token 0 gi dor_v1_ \b(dor_v1_[a-f0-9]{64})(?:[\x60'"\s;]|\\[nr]|$)
doppler-api-token 2 gi dp.pt. dp\.pt\.[a-z0-9]{43}
duffel-api-token 2 gi duffel_ duffel_(?:test|live)_[a-z0-9_\-=]{43}
dynatrace-api-token 4 gi dt0c01. dt0c01\.[a-z0-9]{24}\.[a-z0-9]{64}
easypost-api-token 2 gi ezak \bEZAK[a-z0-9]{54}\b
easypost-test-api-token 2 gi eztk \bEZTK[a-z0-9]{54}\b
facebook-page-access-token 4 gi eaam,eaac \b(EAA[MC][a-z0-9]{100,})(?:[\x60'"\s;]|\\[nr]|$)
flutterwave-encryption-key 2 gi flwseck_test FLWSECK_TEST-[a-h0-9]{12}
flutterwave-secret-key 2 gi flwseck_test FLWSECK_TEST-[a-h0-9]{32}-X
flyio-access-token 4 g fo1_,fm1,fm2_ \b((?:fo1_[\w-]{43}|fm1[ar]_[a-zA-Z0-9+\/]{100,}={0,3}|fm2_[a-zA-Z0-9+\/]{100,}={0,3}))(?:[\x60'"\s;]|\\[nr]|$)
frameio-api-token 0 gi fio-u- fio-u-[a-z0-9\-_=]{64}
gcp-api-key 4 g aiza \b(AIza[\w-]{35})(?:[\x60'"\s;]|\\[nr]|$)
github-app-token 3 g ghu_,ghs_ (?:ghu|ghs)_[0-9a-zA-Z]{36}
github-fine-grained-pat 3 g github_pat_ github_pat_\w{82}
github-oauth 3 g gho_ gho_[0-9a-zA-Z]{36}
github-pat 3 g ghp_ ghp_[0-9a-zA-Z]{36}
github-refresh-token 3 g ghr_ ghr_[0-9a-zA-Z]{36}
gitlab-cicd-job-token 3 g glcbt- glcbt-[0-9a-zA-Z]{1,5}_[0-9a-zA-Z_-]{20}
gitlab-deploy-token 3 g gldt- gldt-[0-9a-zA-Z_\-]{20}
gitlab-feature-flag-client-token 3 g glffct- glffct-[0-9a-zA-Z_\-]{20}
gitlab-feed-token 3 g glft- glft-[0-9a-zA-Z_\-]{20}
gitlab-incoming-mail-token 3 g glimt- glimt-[0-9a-zA-Z_\-]{25}
gitlab-kubernetes-agent-token 3 g glagent- glagent-[0-9a-zA-Z_\-]{50}
gitlab-oauth-app-secret 3 g gloas- gloas-[0-9a-zA-Z_\-]{64}
gitlab-pat 3 g glpat- glpat-[\w-]{20}
gitlab-pat-routable 4 g glpat- \bglpat-[0-9a-zA-Z_-]{27,300}\.[0-9a-z]{2}[0-9a-z]{7}\b
gitlab-ptt 3 g glptt- glptt-[0-9a-f]{40}
gitlab-rrt 3 g gr1348941 GR1348941[\w-]{20}
gitlab-runner-authentication-token 3 g glrt- glrt-[0-9a-zA-Z_\-]{20}
gitlab-runner-authentication-token-routable 4 g glrt- \bglrt-t\d_[0-9a-zA-Z_\-]{27,300}\.[0-9a-z]{2}[0-9a-z]{7}\b
gitlab-scim-token 3 g glsoat- glsoat-[0-9a-zA-Z_\-]{20}
gitlab-session-cookie 3 g _gitlab_session= _gitlab_session=[0-9a-z]{32}
grafana-api-key 3 gi eyjrijoi \b(eyJrIjoi[A-Za-z0-9]{70,400}={0,3})(?:[\x60'"\s;]|\\[nr]|$)
grafana-cloud-api-token 3 gi glc_ \b(glc_[A-Za-z0-9+/]{32,400}={0,3})(?:[\x60'"\s;]|\\[nr]|$)
grafana-service-account-token 3 gi glsa_ \b(glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})(?:[\x60'"\s;]|\\[nr]|$)
harness-api-key 0 g pat.,sat. (?:pat|sat)\.[a-zA-Z0-9_-]{22}\.[a-zA-Z0-9]{24}\.[a-zA-Z0-9]{20}
hashicorp-tf-api-token 3.5 gi atlasv1 [a-z0-9]{14}\.(?:atlasv1)\.[a-z0-9\-_=]{60,70}
heroku-api-key-v2 4 g hrku-aa \b((HRKU-AA[0-9a-zA-Z_-]{58}))(?:[\x60'"\s;]|\\[nr]|$)
huggingface-access-token 2 gi hf_ \b(hf_(?:[a-z]{34}))(?:[\x60'"\s;]|\\[nr]|$)
huggingface-organization-api-token 2 gi api_org_ \b(api_org_(?:[a-z]{34}))(?:[\x60'"\s;]|\\[nr]|$)
infracost-api-token 3 g ico- \b(ico-[a-zA-Z0-9]{32})(?:[\x60'"\s;]|\\[nr]|$)
intra42-client-secret 3 gi intra,s-s4t2ud-,s-s4t2af- \b(s-s4t2(?:ud|af)-[abcdef0123456789]{64})(?:[\x60'"\s;]|\\[nr]|$)
linear-api-key 2 gi lin_api_ lin_api_[a-z0-9]{40}
maxmind-license-key 4 g _mmk \b([A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk)(?:[\x60'"\s;]|\\[nr]|$)
microsoft-teams-webhook 0 g webhook.office.com,webhookb2,incomingwebhook https://[a-z0-9]+\.webhook\.office\.com/webhookb2/[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}@[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9]{8}-([a-z0-9]{4}-){3}[a-z0-9]{12}
notion-api-token 4 g ntn_ \b(ntn_[0-9]{11}[A-Za-z0-9]{32}[A-Za-z0-9]{3})(?:[\x60'"\s;]|\\[nr]|$)
npm-access-token 2 gi npm_ \b(npm_[a-z0-9]{36})(?:[\x60'"\s;]|\\[nr]|$)
openai-api-key 3 g t3blbkfj \b(sk-(?:proj|svcacct|admin)-(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})T3BlbkFJ(?:[A-Za-z0-9_-]{74}|[A-Za-z0-9_-]{58})\b|sk-[a-zA-Z0-9]{20}T3BlbkFJ[a-zA-Z0-9]{20})(?:[\x60'"\s;]|\\[nr]|$)
openshift-user-token 3.5 g sha256~ \b(sha256~[\w-]{43})(?:[^\w-]|$)
perplexity-api-key 4 g pplx- \b(pplx-[a-zA-Z0-9]{48})(?:[\x60'"\s;]|\\[nr]|$|\b)
planetscale-api-token 3 gi pscale_tkn_ \b(pscale_tkn_[\w=\.-]{32,64})(?:[\x60'"\s;]|\\[nr]|$)
planetscale-oauth-token 3 g pscale_oauth_ \b(pscale_oauth_[\w=\.-]{32,64})(?:[\x60'"\s;]|\\[nr]|$)
planetscale-password 3 gi pscale_pw_ \b(pscale_pw_[\w=\.-]{32,64})(?:[\x60'"\s;]|\\[nr]|$)
postman-api-token 3 gi pmak- \b(PMAK-[a-f0-9]{24}\-[a-f0-9]{34})(?:[\x60'"\s;]|\\[nr]|$)
prefect-api-token 2 g pnu_ \b(pnu_[a-zA-Z0-9]{36})(?:[\x60'"\s;]|\\[nr]|$)
private-key 0 g -----begin -----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----(?:[^-]{64}|\s*Proc-Type)
pulumi-api-token 2 g pul- \b(pul-[a-f0-9]{40})(?:[\x60'"\s;]|\\[nr]|$)
pypi-upload-token 3 g pypi-ageichlwas5vcmc pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}
readme-api-token 2 g rdme_ \b(rdme_[a-z0-9]{70})(?:[\x60'"\s;]|\\[nr]|$)
rubygems-api-token 2 g rubygems_ \b(rubygems_[a-f0-9]{48})(?:[\x60'"\s;]|\\[nr]|$)
scalingo-api-token 2 g tk-us- \b(tk-us-[\w-]{48})(?:[\x60'"\s;]|\\[nr]|$)
sendgrid-api-token 2 gi sg. \b(SG\.[a-z0-9=_\-\.]{66})(?:[\x60'"\s;]|\\[nr]|$)
sendinblue-api-token 2 gi xkeysib- \b(xkeysib-[a-f0-9]{64}\-[a-z0-9]{16})(?:[\x60'"\s;]|\\[nr]|$)
sentry-org-token 4.5 g sntrys_eyjpyxqio \bsntrys_eyJpYXQiO[a-zA-Z0-9+/]{10,200}(?:LCJyZWdpb25fdXJs|InJlZ2lvbl91cmwi|cmVnaW9uX3VybCI6)[a-zA-Z0-9+/]{10,200}={0,2}_[a-zA-Z0-9+/]{43}(?:[^a-zA-Z0-9+/]|$)
sentry-user-token 3.5 g sntryu_ \b(sntryu_[a-f0-9]{64})(?:[\x60'"\s;]|\\[nr]|$)
settlemint-application-access-token 3 g sm_aat \b(sm_aat_[a-zA-Z0-9]{16})(?:[\x60'"\s;]|\\[nr]|$)
settlemint-personal-access-token 3 g sm_pat \b(sm_pat_[a-zA-Z0-9]{16})(?:[\x60'"\s;]|\\[nr]|$)
settlemint-service-access-token 3 g sm_sat \b(sm_sat_[a-zA-Z0-9]{16})(?:[\x60'"\s;]|\\[nr]|$)
shippo-api-token 2 g shippo_ \b(shippo_(?:live|test)_[a-fA-F0-9]{40})(?:[\x60'"\s;]|\\[nr]|$)
shopify-access-token 2 g shpat_ shpat_[a-fA-F0-9]{32}
shopify-custom-access-token 2 g shpca_ shpca_[a-fA-F0-9]{32}
shopify-private-app-access-token 2 g shppa_ shppa_[a-fA-F0-9]{32}
shopify-shared-secret 2 g shpss_ shpss_[a-fA-F0-9]{32}
slack-app-token 2 gi xapp xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+
slack-bot-token 3 g xoxb xoxb-[0-9]{10,13}-[0-9]{10,13}[a-zA-Z0-9-]*
slack-config-access-token 2 gi xoxe.xoxb-,xoxe.xoxp- xoxe.xox[bp]-\d-[A-Z0-9]{163,166}
slack-config-refresh-token 2 gi xoxe- xoxe-\d-[A-Z0-9]{146}
slack-legacy-bot-token 2 g xoxb xoxb-[0-9]{8,14}-[a-zA-Z0-9]{18,26}
slack-legacy-token 2 g xoxo,xoxs xox[os]-\d+-\d+-\d+-[a-fA-F\d]+
slack-legacy-workspace-token 2 g xoxa,xoxr xox[ar]-(?:\d-)?[0-9a-zA-Z]{8,48}
slack-user-token 2 g xoxp-,xoxe- xox[pe](?:-[0-9]{10,13}){3}-[a-zA-Z0-9-]{28,34}
slack-webhook-url 0 g hooks.slack.com (?:https?://)?hooks.slack.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}
square-access-token 2 g sq0atp-,eaaa \b((?:EAAA|sq0atp-)[\w-]{22,60})(?:[\x60'"\s;]|\\[nr]|$)
stripe-access-token 2 g sk_test,sk_live,sk_prod,rk_test,rk_live,rk_prod \b((?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,99})(?:[\x60'"\s;]|\\[nr]|$)
twilio-api-key 3 g sk SK[0-9a-fA-F]{32}
vault-batch-token 4 g hvb. \b(hvb\.[\w-]{138,300})(?:[\x60'"\s;]|\\[nr]|$)
vault-service-token 3.5 gi hvs.,s. \b((?:hvs\.[\w-]{90,120}|s\.(?:[a-z0-9]{24})))(?:[\x60'"\s;]|\\[nr]|$)`;

/** Compiled when the first text is scanned. */
export function secretRules(): readonly SecretRule[] {
  rules ??= table.trim().split('\n').map(parseRule);
  return rules;
}

let rules: readonly SecretRule[] | undefined;

function parseRule(line: string): SecretRule {
  const [id = '', entropy = '', flags = '', keywords = '', ...pattern] = line.split(' ');
  return { id, entropy: Number(entropy), keywords: keywords.split(','), pattern: new RegExp(pattern.join(' '), flags) };
}
