/** A small contract of form A, a draft unless told otherwise. */
export const contract = (family: string, version: string, rest = '', status = 'draft') => `apiVersion: ql-rf.io/v1
kind: GoldenImage
metadata:
  family: ${family}
  version: "${version}"
spec:
  os: {name: ubuntu, version: "24.04", architecture: x86_64}
  lifecycle: {status: ${status}}
  platforms:
    vsphere: {templateName: "${family}-${version}"}
  packages:
    - {name: openssl, version: "3.0.13-0ubuntu3"}
${rest}`
