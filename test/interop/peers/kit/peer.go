//go:build peers

// Package kit names the program that the interop suite builds and compares with.
package kit

import _ "github.com/kitops-ml/kitops"
