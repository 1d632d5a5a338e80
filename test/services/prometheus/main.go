// Reads pages of metrics with the parser of a Prometheus 3 server: JSON in, JSON out.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

type page struct {
	ContentType string `json:"contentType"`
	Text        string `json:"text"`
}

type sample struct {
	Labels map[string]string `json:"labels"`
	// JSON has no infinities.
	Value string `json:"value"`
}

type result struct {
	Problem string   `json:"problem"`
	Samples []sample `json:"samples"`
}

func main() {
	var pages []page
	if err := json.NewDecoder(os.Stdin).Decode(&pages); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	results := make([]result, 0, len(pages))
	for _, each := range pages {
		samples, err := read(each)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		results = append(results, result{Problem: problem, Samples: samples})
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		os.Exit(1)
	}
}

func read(each page) ([]sample, error) {
	samples := []sample{}
	parser, err := textparse.New([]byte(each.Text), each.ContentType, "", false, false, false, labels.NewSymbolTable())
	if err != nil {
		return samples, err
	}
	seen := map[string]bool{}
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return samples, nil
		}
		if err != nil {
			return samples, err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		var found labels.Labels
		parser.Labels(&found)
		if name, twice := found.HasDuplicateLabelNames(); twice {
			return samples, fmt.Errorf("label %q twice in %s", name, found)
		}
		if seen[found.String()] {
			return samples, fmt.Errorf("%s twice", found)
		}
		seen[found.String()] = true
		_, _, value := parser.Series()
		samples = append(samples, sample{Labels: found.Map(), Value: fmt.Sprint(value)})
	}
}
