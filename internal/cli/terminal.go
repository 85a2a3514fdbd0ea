package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// askMFA returns the code of --mfa-code, or asks for one at a terminal.
func askMFA(env *Env, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	if _, ok := env.Terminal(env.Stdin); !ok {
		return "", errors.New("an MFA code is needed: give --mfa-code")
	}
	env.asking.Store(true)
	defer env.asking.Store(false)
	fmt.Fprint(env.Stderr, "\r\033[KMFA code: ")
	line, err := bufio.NewReader(env.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// color reports whether a stream wants colours.
func color(env *Env, stream any) bool {
	_, ok := env.Terminal(stream)
	return ok && env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb"
}

// progress shows on a terminal what is being done, once that takes long.
type progress struct {
	env   *Env
	mu    sync.Mutex
	text  string
	shown bool
	stop  chan struct{}
	done  chan struct{}
}

// patience is how long work may take before it is remarked on.
const patience = time.Second

// newProgress returns nil, whose methods do nothing, where there is no terminal.
func newProgress(env *Env, quiet bool) *progress {
	if _, ok := env.Terminal(env.Stderr); !ok || quiet {
		return nil
	}
	p := &progress{env: env, stop: make(chan struct{}), done: make(chan struct{})}
	go p.run()
	return p
}

func (p *progress) run() {
	defer close(p.done)
	begin := time.Now()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			if p.shown {
				fmt.Fprint(p.env.Stderr, "\r\033[K")
			}
			return
		case <-tick.C:
			if took := time.Since(begin); took > patience && !p.env.asking.Load() {
				p.show(took)
			}
		}
	}
}

func (p *progress) show(took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = true
	fmt.Fprintf(p.env.Stderr, "\r\033[K%s… %ds", plain(p.text), int(took.Seconds()))
}

func (p *progress) say(text string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.text = text
	p.mu.Unlock()
}

func (p *progress) end() {
	if p != nil {
		close(p.stop)
		<-p.done
	}
}
