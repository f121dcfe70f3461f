// The first steps of a season from Go.
package main

import "fmt"
import "refdomain"
import "time"

func main() {
	app := refdomain.Must(refdomain.Open("referees.db"))
	defer app.Close()
	refdomain.Must(app.RegisterReferee("Ilse Ott", "VC Gera"))
	halle := refdomain.Must(app.RegisterTeam("Halle I", "VC Halle"))
	jena := refdomain.Must(app.RegisterTeam("Jena I", "VV Jena"))
	nord := refdomain.Must(app.RegisterVenue("Sporthalle Nord"))
	week := time.Now().Add(7 * 24 * time.Hour)
	_, refusal := app.Schedule(halle, halle, nord, week)
	fmt.Println(refusal)
	refdomain.Must(app.Schedule(halle, jena, nord, week))
	for _, f := range refdomain.Must(app.Fixtures()) {
		fmt.Printf("%s - %s in %.0f days\n", f.Home, f.Away, time.Until(f.Kickoff).Hours()/24)
	}
}
