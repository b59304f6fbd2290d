"""What the demo county and the counties of scale tests are made of. Every person is made up."""
