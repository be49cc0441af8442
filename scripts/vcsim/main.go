// A vCenter for tests: the simulator of govmomi, taught to deliver properties page by page, as a vCenter does.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"sync"

	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// pager keeps what did not fit on a page until it is asked for. Each session gets one of its own, made empty.
type pager struct {
	simulator.PropertyCollector
	mu   sync.Mutex
	last int
	kept map[string]page
}

type page struct {
	objects []types.ObjectContent
	max     int
}

func (p *pager) cut(objects []types.ObjectContent, max int) *types.RetrieveResult {
	if max <= 0 || len(objects) <= max {
		return &types.RetrieveResult{Objects: objects}
	}
	p.last++
	token := strconv.Itoa(p.last)
	if p.kept == nil {
		p.kept = map[string]page{}
	}
	p.kept[token] = page{objects[max:], max}
	return &types.RetrieveResult{Token: token, Objects: objects[:max]}
}

func (p *pager) RetrievePropertiesEx(ctx *simulator.Context, r *types.RetrievePropertiesEx) soap.HasFault {
	answer := p.PropertyCollector.RetrievePropertiesEx(ctx, r)
	body, ok := answer.(*methods.RetrievePropertiesExBody)
	if !ok || body.Res == nil || body.Res.Returnval == nil || r.Options.MaxObjects == 0 {
		return answer
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	body.Res.Returnval = p.cut(body.Res.Returnval.Objects, int(r.Options.MaxObjects))
	return body
}

func (p *pager) ContinueRetrievePropertiesEx(r *types.ContinueRetrievePropertiesEx) soap.HasFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	body := &methods.ContinueRetrievePropertiesExBody{}
	kept, ok := p.kept[r.Token]
	if !ok {
		body.Fault_ = simulator.Fault("", &types.InvalidArgument{InvalidProperty: "token"})
		return body
	}
	delete(p.kept, r.Token)
	body.Res = &types.ContinueRetrievePropertiesExResponse{Returnval: *p.cut(kept.objects, kept.max)}
	return body
}

func (p *pager) CancelRetrievePropertiesEx(r *types.CancelRetrievePropertiesEx) soap.HasFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.kept, r.Token)
	return &methods.CancelRetrievePropertiesExBody{Res: &types.CancelRetrievePropertiesExResponse{}}
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "where it listens")
	centers := flag.Int("datacenters", 2, "datacenters")
	machines := flag.Int("machines", 2, "machines in each pool")
	certificate := flag.String("certificate", "", "file with its certificate; without one it signs its own")
	key := flag.String("key", "", "file with the key of the certificate")
	flag.Parse()
	model := simulator.VPX()
	model.Datacenter, model.Cluster, model.ClusterHost, model.Host, model.Machine = *centers, 1, 2, 1, *machines
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	paging := &pager{}
	paging.Self = model.ServiceContent.PropertyCollector.Reference()
	simulator.Map.Put(paging)
	model.Service.TLS = new(tls.Config)
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		if err != nil {
			log.Fatal(err)
		}
		model.Service.TLS.Certificates = []tls.Certificate{pair}
	}
	model.Service.RegisterEndpoints = true
	model.Service.Listen = &url.URL{Host: *listen, User: url.UserPassword("user", "pass")}
	server := model.Service.NewServer()
	fmt.Println(server.URL)
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, os.Interrupt)
	<-stopped
}
