// Package page makes one page of what it is given: the frame and a summary that
// reads without JavaScript, the whole data packed into it, and the code that
// shows the data. The page loads nothing. What the data means is for report.
package page
