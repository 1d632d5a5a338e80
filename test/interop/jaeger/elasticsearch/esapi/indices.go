package esapi

import "io"

type Indices struct {
	PutIndexTemplate func(name string, body io.Reader) (*Response, error)
}

type Response struct {
	StatusCode int
}
