// Obeys commands on stdin and tells on stdout what comes of them, a JSON object a line.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"sync"
)

type command struct {
	Id      int    `json:"id"`
	Do      string `json:"do"`
	Event   string `json:"event"`
	Payload any    `json:"payload"`
	Token   string `json:"token"`
	Method  string `json:"method"`
	Path    string `json:"path"`
	Body    any    `json:"body"`
}

var out sync.Mutex

func tell(line map[string]any) {
	out.Lock()
	defer out.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(line)
}

func main() {
	url, token := os.Args[1], os.Args[2]
	haggle := NewHaggle(url, token, func(event string, payload any) {
		tell(map[string]any{"event": event, "payload": payload})
	})
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20) // a command may be longer than the 64 KiB of a Scanner
	for lines.Scan() {
		var one command
		_ = json.Unmarshal(lines.Bytes(), &one)
		go func() {
			answer, err := obey(url, haggle, one)
			if err != nil {
				tell(map[string]any{"id": one.Id, "failed": err.Error()})
			} else {
				tell(map[string]any{"id": one.Id, "answer": answer})
			}
		}()
	}
}

func obey(url string, haggle *Haggle, one command) (any, error) {
	switch one.Do {
	case "connect":
		haggle.Connect()
		return nil, nil
	case "close":
		haggle.Close()
		return nil, nil
	case "renew":
		return haggle.Renew(one.Token)
	case "rest":
		return rest(url, one)
	}
	return haggle.Request(one.Event, one.Payload)
}

func rest(url string, one command) (any, error) {
	body := &bytes.Buffer{}
	if one.Body != nil {
		_ = json.NewEncoder(body).Encode(one.Body)
	}
	request, _ := http.NewRequest(one.Method, url+one.Path, body)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer any
	err = json.NewDecoder(response.Body).Decode(&answer)
	return map[string]any{"status": response.StatusCode, "body": answer}, err
}
