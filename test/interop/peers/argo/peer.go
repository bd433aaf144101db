//go:build peers

// Package argo names the program that the interop suite builds and compares with.
package argo

import _ "github.com/argoproj/argo-workflows/v3/cmd/argo"
