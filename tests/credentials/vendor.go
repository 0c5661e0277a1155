// Oracle's SDK for Go against the stand-in of the credentials; each line says what the stand-in did. Built by hand, with
// the SDK's packages `common` and `common/auth`.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/oracle/oci-go-sdk/v65/common"
	"github.com/oracle/oci-go-sdk/v65/common/auth"
)

func usage(provider common.ConfigurationProvider, endpoint string, tenancy string) string {
	body := fmt.Sprintf(`{"tenantId":"%s","timeUsageStarted":"2026-06-01T00:00:00.000Z","timeUsageEnded":"2026-06-03T00:00:00.000Z","granularity":"DAILY","queryType":"COST"}`, tenancy)
	request, err := http.NewRequest("POST", endpoint+"/20200107/usage", bytes.NewBufferString(body))
	if err != nil {
		return err.Error()
	}
	request.Header.Set("date", time.Now().UTC().Format(http.TimeFormat))
	request.Header.Set("content-type", "application/json")
	if err = common.DefaultRequestSigner(provider).Sign(request); err != nil {
		return err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	answer, _ := io.ReadAll(response.Body)
	return fmt.Sprintf("%d %d", response.StatusCode, strings.Count(string(answer), "computedAmount"))
}

func main() {
	endpoint, tenancy := os.Args[1], os.Args[2]
	resource, err := auth.ResourcePrincipalConfigurationProvider()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("resource", usage(resource, endpoint, tenancy))
	instance, err := auth.InstancePrincipalConfigurationProvider()
	if err != nil {
		fmt.Println(err)
		return
	}
	own, _ := instance.TenancyOCID()
	fmt.Println("instance", own == tenancy, usage(instance, endpoint, tenancy))
}
